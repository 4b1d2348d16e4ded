package org.planisphere.planner.staging.places;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.apache.commons.net.util.TrustManagerUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.planner.staging.Address;
import org.planisphere.planner.staging.Sink;
import org.planisphere.planner.staging.Source;
import org.planisphere.planner.staging.Transfer;

/** FTP as Debian's pyftpdlib speaks it, and as nobody should. */
class FtpPlaceTest extends SinkContract {
    private static final String SERVER = String.join(
            "\n",
            "import sys",
            "from pyftpdlib.authorizers import DummyAuthorizer",
            "from pyftpdlib.handlers import FTPHandler",
            "from pyftpdlib.servers import FTPServer",
            "users = DummyAuthorizer()",
            "users.add_user('anna', 'word', sys.argv[1], perm='elradfmw')",
            "FTPHandler.authorizer = users",
            "server = FTPServer(('127.0.0.1', 0), FTPHandler)",
            "ports = [server.address[1]]",
            "if len(sys.argv) > 2:",
            "    from pyftpdlib.handlers import TLS_FTPHandler",
            "    class Secure(TLS_FTPHandler):",
            "        certfile = sys.argv[2]",
            "        authorizer = users",
            "        tls_control_required = tls_data_required = True",
            "    class Lying(Secure):",
            "        masquerade_address = '127.0.0.2'",
            "        def ftp_EPSV(self, line):",
            "            self.respond('502 no')",
            "    secure, lying = [FTPServer(('127.0.0.1', 0), kind) for kind in (Secure, Lying)]",
            "    ports += [secure.address[1], lying.address[1]]",
            "print('port', *ports, flush=True)",
            "server.serve_forever()");

    @TempDir
    static Path folder;

    private static Process server;
    private static int port;
    private static int secure;
    private static int lying;
    private static int count;

    @BeforeAll
    static void begin() throws Exception {
        Process there = new ProcessBuilder("/usr/bin/python3", "-c", "import pyftpdlib").start();
        Assumptions.assumeTrue(there.waitFor() == 0, "pyftpdlib is not installed (Debian: python3-pyftpdlib)");
        Files.createDirectories(folder.resolve("files/base"));
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/python3", "-c", SERVER, folder.resolve("files").toString()));
        if (speaksTls()) {
            command.add(folder.resolve("server.pem").toString());
        }
        server = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader out = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        String[] ports = out.readLine().split(" ");
        port = Integer.parseInt(ports[1]);
        secure = ports.length > 2 ? Integer.parseInt(ports[2]) : 0;
        lying = ports.length > 2 ? Integer.parseInt(ports[3]) : 0;
    }

    /** Whether the server can speak TLS here; then its key and certificate are there. */
    private static boolean speaksTls() throws Exception {
        Process library = new ProcessBuilder("/usr/bin/python3", "-c", "import OpenSSL").start();
        return library.waitFor() == 0
                && Files.isExecutable(Path.of("/usr/bin/openssl"))
                && new ProcessBuilder("sh", "-c", """
                        cd "$1" && openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -days 2 \
                          -subj /CN=tests -addext subjectAltName=IP:127.0.0.1 && cat key.pem certificate.pem >server.pem
                        """, "sh", folder.toString())
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
    }

    @AfterAll
    static void end() throws Exception {
        if (server != null) {
            server.destroy();
            server.waitFor();
        }
    }

    private static FtpPlace place(int at, String password, boolean tls) throws IOException {
        Path file = Files.createTempFile(folder, "vault", "");
        Files.writeString(file, "ftp.user=anna\nftp.password=" + password + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return new FtpPlace(definition(at), new Vault(file), tls);
    }

    private static Place definition(int at) {
        return new Place(
                "ftp",
                URI.create("ftp://127.0.0.1:" + at + "/base"),
                List.of(),
                "ftp",
                true,
                1 << 20,
                Duration.ofSeconds(20));
    }

    private static FtpSink sink(int at) throws IOException {
        FtpPlace ftp = place(at, "word", false);
        return new FtpSink(ftp, definition(at));
    }

    @Override
    protected Sink sink() throws IOException {
        return sink(port);
    }

    @Override
    protected Address to(String name) {
        return address(port, "put/" + name);
    }

    @Override
    protected Source source() throws IOException {
        return place(port, "word", false);
    }

    private static Address address(int at, String name) {
        return Address.of("ftp://127.0.0.1:" + at + "/base/" + name);
    }

    @Override
    protected Address at(byte[] content) throws IOException {
        String name = "in " + count++ + ".fits";
        Files.write(folder.resolve("files/base/" + name), content);
        return address(port, name.replace(" ", "%20"));
    }

    @Override
    protected Address nothing() {
        return address(port, "missing");
    }

    @Test
    void fetchesAFolderThatWasThereBefore() throws IOException {
        Files.createDirectories(folder.resolve("files/base/set/inner"));
        Files.writeString(folder.resolve("files/base/set/a"), "a");
        Files.writeString(folder.resolve("files/base/set/inner/b"), "bb");
        assertThat(source().measure(address(port, "set/"))).hasValue(3);
        assertThat(source().fetch(address(port, "set/"), target.resolve("set"), room(100))
                        .size())
                .isEqualTo(3);
        assertThat(target.resolve("set/inner/b")).hasContent("bb");
    }

    @Test
    void refusesALineBreakInAPath() throws IOException {
        assertThat(source().examine(address(port, "a%0d%0aDELE%20b"))).isPresent();
        assertThat(source().examine(address(port, "a/%2e%2e/b"))).isPresent();
    }

    @Test
    void tellsNothingOfItsCredentials() throws IOException {
        Address address = at(new byte[] {1});
        assertThatThrownBy(() -> place(port, "another", false).fetch(address, target.resolve("x"), room(10)))
                .hasMessageContaining("refused the login")
                .hasMessageNotContaining("another");
    }

    /** A server that says what a test wants; one client after the other. */
    private static final class Scripted implements AutoCloseable {
        private final ServerSocket control = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
        private final AtomicInteger restarted = new AtomicInteger(-1);
        private final AtomicInteger clients = new AtomicInteger();
        private final List<String> renamed = new java.util.concurrent.CopyOnWriteArrayList<>();
        private volatile boolean full;

        interface Passive {
            String of(ServerSocket data);
        }

        Scripted(boolean breaks, Passive extended, Passive plain) throws IOException {
            Thread thread = new Thread(() -> {
                try {
                    while (true) {
                        try (Socket one = control.accept()) {
                            serve(one, breaks && clients.getAndIncrement() == 0, extended, plain);
                        } catch (IOException gone) {
                            if (control.isClosed()) {
                                return;
                            }
                        }
                    }
                } catch (RuntimeException over) {
                    // The test is over.
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return control.getLocalPort();
        }

        private void serve(Socket one, boolean breaks, Passive extended, Passive plain) throws IOException {
            try (ServerSocket data = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(one.getInputStream(), StandardCharsets.US_ASCII));
                say(one, "220 hello");
                int from = 0;
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    String word = line.split(" ")[0].toUpperCase(Locale.ROOT);
                    switch (word) {
                        case "USER" -> say(one, "331 password");
                        case "PASS" -> say(one, "230 in");
                        case "TYPE" -> say(one, "200 binary");
                        case "SIZE" -> say(one, line.endsWith("/new") ? "550 nothing" : "213 100");
                        case "MKD", "DELE", "RNFR" -> say(one, word.equals("RNFR") ? "350 to what" : "250 done");
                        case "RNTO" -> {
                            renamed.add(line.substring(5));
                            say(one, "250 done");
                        }
                        case "STOR" -> {
                            say(one, "150 send it");
                            try (Socket to = data.accept()) {
                                if (breaks) {
                                    return;
                                }
                                to.getInputStream().readAllBytes();
                            }
                            say(one, full ? "552 no room" : "226 done");
                        }
                        case "MDTM" -> say(one, "213 20260101000000");
                        case "EPSV" -> say(one, extended.of(data));
                        case "PASV" -> say(one, plain.of(data));
                        case "REST" -> {
                            from = Integer.parseInt(line.substring(5));
                            restarted.set(from);
                            say(one, "350 from there");
                        }
                        case "RETR" -> {
                            say(one, "150 here it comes");
                            try (Socket to = data.accept()) {
                                to.getOutputStream().write(new byte[breaks ? 40 : 100 - from]);
                            }
                            if (breaks) {
                                return;
                            }
                            say(one, "226 done");
                        }
                        default -> say(one, "502 no");
                    }
                }
            }
        }

        private static void say(Socket one, String line) throws IOException {
            one.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void close() throws IOException {
            control.close();
        }
    }

    private static String here(ServerSocket data) {
        return "229 (|||" + data.getLocalPort() + "|)";
    }

    @Test
    void goesOnWhereItBrokeOff() throws IOException {
        try (Scripted server = new Scripted(true, FtpPlaceTest::here, data -> "502 no")) {
            assertThat(place(server.port(), "word", false)
                            .fetch(address(server.port(), "x"), target.resolve("x"), room(1000))
                            .size())
                    .isEqualTo(100);
            assertThat(server.restarted).hasValue(40);
        }
    }

    @Test
    void putsAgainWhatBrokeOffAndLeavesNothingHalf() throws Exception {
        try (Scripted server = new Scripted(true, FtpPlaceTest::here, data -> "502 no")) {
            Transfer out = new Transfer(1000, at -> java.util.Map.of(), told::add);
            sink(server.port()).put(address(server.port(), "new"), Parcels.of("", new byte[100]), out);
            assertThat(server.renamed).containsExactly("/base/new");
            assertThat(out.moved()).isEqualTo(100);
            assertThat(told).singleElement().asString().contains("broke off");
        }
    }

    @Test
    void tellsWhatThePlaceSaysWhenItIsFull() throws Exception {
        try (Scripted server = new Scripted(false, FtpPlaceTest::here, data -> "502 no")) {
            server.full = true;
            Transfer out = new Transfer(1000, at -> java.util.Map.of(), told::add);
            assertThatThrownBy(() ->
                            sink(server.port()).put(address(server.port(), "new"), Parcels.of("", new byte[100]), out))
                    .hasMessageContaining("answered 552");
            assertThat(server.renamed).isEmpty();
            assertThat(out.moved()).isZero();
        }
    }

    @Test
    void doesNotCallItDoneWhenTheServerHasKeptLess() throws Exception {
        try (Scripted server = new Scripted(false, FtpPlaceTest::here, data -> "502 no")) {
            Transfer out = new Transfer(1000, at -> java.util.Map.of(), told::add);
            assertThatThrownBy(() ->
                            sink(server.port()).put(address(server.port(), "new"), Parcels.of("", new byte[60]), out))
                    .hasMessageContaining("kept 100 of 60");
            assertThat(server.renamed).isEmpty();
        }
    }

    @Test
    void goesNowhereElseForItsData() throws Exception {
        try (ServerSocket inside = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.2"));
                Scripted server = new Scripted(
                        false,
                        data -> "502 no",
                        data -> "227 (127,0,0,2," + inside.getLocalPort() / 256 + "," + inside.getLocalPort() % 256
                                + ")")) {
            assertThatThrownBy(() -> place(server.port(), "word", false)
                            .fetch(address(server.port(), "x"), target.resolve("x"), room(1000)))
                    .hasMessageContaining("another machine");
            inside.setSoTimeout(1);
            assertThatThrownBy(inside::accept).isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    /** Trusts the server of these tests, and nobody else. */
    private static TrustManager trusting() throws Exception {
        KeyStore known = KeyStore.getInstance(KeyStore.getDefaultType());
        known.load(null, null);
        try (InputStream in = Files.newInputStream(folder.resolve("certificate.pem"))) {
            known.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(known);
        return factory.getTrustManagers()[0];
    }

    private static FtpPlace within(int at, TrustManager trust) throws Exception {
        Assumptions.assumeTrue(at > 0, "the FTP server speaks no TLS here (Debian: python3-openssl, openssl)");
        Path file = Files.createTempFile(folder, "vault", "");
        Files.writeString(file, "ftp.user=anna\nftp.password=word\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return new FtpPlace(definition(at), new Vault(file), true, trust);
    }

    @Test
    void putsAndFetchesWithinTlsWithItsDataWithinTlsToo() throws Exception {
        FtpPlace place = within(secure, trusting());
        byte[] content = "0123456789".repeat(20_000).getBytes(StandardCharsets.UTF_8);
        Transfer out = new Transfer(1 << 20, at -> java.util.Map.of(), told::add);
        new FtpSink(place, definition(secure)).put(address(secure, "put/secret"), Parcels.of("", content), out);
        assertThat(folder.resolve("files/base/put/secret")).hasBinaryContent(content);
        assertThat(place.measure(address(secure, "put/secret"))).hasValue(content.length);
        place.fetch(address(secure, "put/secret"), target.resolve("secret"), room(1 << 20));
        assertThat(target.resolve("secret")).hasBinaryContent(content);
    }

    @Test
    void goesNowhereElseForItsDataWithinTls() throws Exception {
        FtpPlace place = within(lying, trusting());
        Files.write(folder.resolve("files/base/here"), new byte[] {1, 2, 3});
        // The server says 127.0.0.2, where nobody listens: what it has lies where it was asked.
        place.fetch(address(lying, "here"), target.resolve("here"), room(10));
        assertThat(target.resolve("here")).hasBinaryContent(new byte[] {1, 2, 3});
    }

    @Test
    void doesNotLogInToWhomItDoesNotTrust() throws Exception {
        FtpPlace place = within(secure, TrustManagerUtils.getDefaultTrustManager(null));
        Address address = address(secure, "any");
        assertThatThrownBy(() -> place.fetch(address, target.resolve("x"), room(10)))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void logsInNowhereInTheClearWhereTlsIsWanted() throws IOException {
        Address address = at(new byte[] {1});
        assertThatThrownBy(() -> place(port, "word", true).fetch(address, target.resolve("x"), room(10)))
                .isInstanceOf(IOException.class);
    }
}
