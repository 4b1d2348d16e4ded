package org.planisphere.planner.staging.places;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.SocketFactory;
import javax.net.ssl.TrustManager;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPReply;
import org.apache.commons.net.ftp.FTPSClient;
import org.apache.commons.net.util.TrustManagerUtils;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.staging.Address;
import org.planisphere.planner.staging.Intake;
import org.planisphere.planner.staging.Source;
import org.planisphere.planner.staging.Staged;
import org.planisphere.planner.staging.Transfer;
import org.planisphere.planner.staging.Unreachable;
import org.planisphere.planner.task.Kind;

/**
 * What lies below an address of an FTP server: {@code ftp}, in the clear or, where the place says so, with TLS from the
 * beginning of the login; {@code ftps}, with TLS from the beginning. Data connections go to the very address to which the
 * first one went, whatever the server says.
 */
public final class FtpPlace implements Source {
    private static final int ATTEMPTS = 4;
    private static final int MOST_FILES = 10_000;
    private static final int DEEPEST = 30;
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final Place place;
    private final Vault vault;
    private final boolean explicitTls;
    private final @Nullable TrustManager trust;

    /** @param explicitTls whether the login of {@code ftp} addresses is within TLS (RFC 4217) */
    public FtpPlace(Place place, Vault vault, boolean explicitTls) {
        this(place, vault, explicitTls, null);
    }

    /** @param trust whom is trusted; null for whom this Java trusts */
    FtpPlace(Place place, Vault vault, boolean explicitTls, @Nullable TrustManager trust) {
        this.place = place;
        this.vault = vault;
        this.explicitTls = explicitTls;
        this.trust = trust;
    }

    @Override
    public Set<Kind> kinds() {
        return Set.of(Kind.SIMPLE_DATA);
    }

    @Override
    public Set<String> schemes() {
        return Set.of(place.endpoint().getScheme());
    }

    @Override
    public boolean takes(Address address) {
        return schemes().contains(address.scheme())
                && address.uri().filter(place::holds).isPresent();
    }

    @Override
    public Optional<Unreachable> examine(Address address) {
        return Place.against(address);
    }

    @Override
    public String whence(Address address) {
        return Place.host(place.endpoint());
    }

    /** Sockets that go to one address of the server only, so that no answer of its leads them to another machine. */
    private static final class Pinned extends SocketFactory {
        private final InetAddress to;

        Pinned(InetAddress to) {
            this.to = to;
        }

        @Override
        public Socket createSocket() {
            return new Socket(java.net.Proxy.NO_PROXY) {
                @Override
                public void connect(SocketAddress where, int patience) throws IOException {
                    if (!(where instanceof InetSocketAddress address) || !to.equals(address.getAddress())) {
                        throw new IOException("the server names another machine for its data");
                    }
                    super.connect(where, patience);
                }
            };
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return connected(InetAddress.getByName(host), port);
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return connected(InetAddress.getByName(host), port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return connected(host, port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            return connected(host, port);
        }

        private Socket connected(InetAddress host, int port) throws IOException {
            Socket socket = createSocket();
            socket.connect(new InetSocketAddress(host, port), (int) CONNECT.toMillis());
            return socket;
        }
    }

    /** What is done with a connection. */
    interface Use<T> {
        T of(FTPClient client) throws IOException;
    }

    /** Connects, logs in, and lets go of it afterwards. */
    <T> T with(Duration wait, Use<T> use) throws IOException {
        URI endpoint = place.endpoint();
        boolean implicit = endpoint.getScheme().equals("ftps");
        FTPClient client = implicit || explicitTls ? tls(implicit) : new FTPClient();
        InetAddress host = InetAddress.getByName(endpoint.getHost());
        int port = endpoint.getPort() < 0 ? (implicit ? 990 : 21) : endpoint.getPort();
        client.setConnectTimeout((int) CONNECT.toMillis());
        client.setDefaultTimeout((int) wait.toMillis());
        client.setDataTimeout(wait);
        client.setControlEncoding("UTF-8");
        client.setUseEPSVwithIPv4(true);
        // What the server names is looked at, and refused by the sockets where it is another machine. Within TLS the
        // library makes its own sockets for data: there the name is not asked for, they go where the first one went.
        client.setPassiveNatWorkaroundStrategy(null);
        client.setIpAddressFromPasvResponse(!(client instanceof FTPSClient));
        client.setSocketFactory(new Pinned(host));
        try {
            client.connect(host, port);
            client.setSoTimeout((int) wait.toMillis());
            if (!FTPReply.isPositiveCompletion(client.getReplyCode())) {
                throw new IOException("the place answered " + client.getReplyCode());
            }
            login(client);
            client.enterLocalPassiveMode();
            client.setFileType(FTP.BINARY_FILE_TYPE);
            return use.of(client);
        } finally {
            client.disconnect();
        }
    }

    /** One that trusts whom this Java trusts; by itself it would trust everybody whose certificate has not run out. */
    private FTPSClient tls(boolean implicit) throws IOException {
        FTPSClient client = new FTPSClient(implicit);
        try {
            client.setTrustManager(trust == null ? TrustManagerUtils.getDefaultTrustManager(null) : trust);
        } catch (GeneralSecurityException e) {
            throw new IOException("this Java trusts nobody", e);
        }
        client.setEndpointCheckingEnabled(true);
        return client;
    }

    private void login(FTPClient client) throws IOException {
        String name = place.credentials();
        boolean in = name == null
                ? client.login("anonymous", "planisphere")
                : client.login(vault.get(name, "user"), vault.get(name, "password"));
        if (!in) {
            throw new IOException("the place refused the login");
        }
        if (client instanceof FTPSClient secure) {
            secure.execPBSZ(0);
            secure.execPROT("P");
        }
    }

    private static IOException refused(FTPClient client) {
        return client.getReplyCode() == FTPReply.FILE_UNAVAILABLE
                ? new Gone("the place answered 550: there is no such file, or it may not be read")
                : new IOException("the place answered " + client.getReplyCode());
    }

    private static String path(Address address) {
        return address.uri().orElseThrow().getPath();
    }

    @Override
    public OptionalLong measure(Address address) throws IOException {
        String path = path(address);
        return with(Duration.ofSeconds(5), client -> {
            if (path.endsWith("/")) {
                List<String[]> files = new ArrayList<>();
                list(client, path, "", 0, files);
                return OptionalLong.of(
                        files.stream().mapToLong(one -> Long.parseLong(one[1])).sum());
            }
            String size = client.getSize(path);
            if (size == null) {
                throw refused(client);
            }
            return size.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(size)) : OptionalLong.empty();
        });
    }

    private static void list(FTPClient client, String folder, String prefix, int depth, List<String[]> found)
            throws IOException {
        if (depth > DEEPEST || found.size() > MOST_FILES) {
            throw new IOException("there are more than " + MOST_FILES + " files, or they are nested too deeply");
        }
        FTPFile[] entries = client.mlistDir(folder);
        if (!FTPReply.isPositiveCompletion(client.getReplyCode())) {
            throw refused(client);
        }
        for (FTPFile entry : entries) {
            String name = entry == null ? "" : entry.getName();
            if (name.isEmpty() || name.equals(".") || name.equals("..")) {
                continue;
            }
            if (name.contains("/")) {
                throw new IOException("the place has something with a name that cannot be used");
            }
            if (entry.isDirectory()) {
                list(client, folder + name + "/", Place.below(prefix + name) + "/", depth + 1, found);
            } else if (entry.isFile()) {
                found.add(new String[] {Place.below(prefix + name), String.valueOf(Math.max(0, entry.getSize()))});
            }
        }
    }

    @Override
    public Staged fetch(Address address, Path target, Transfer transfer) throws IOException {
        String path = path(address);
        if (!path.endsWith("/")) {
            try (Intake intake = new Intake(target, transfer, address.shown(), address.checksum())) {
                return one(path, intake, transfer);
            }
        }
        if (address.checksum().isPresent()) {
            throw new IOException("it is a folder, which has no checksum");
        }
        List<String[]> files = new ArrayList<>();
        with(WAIT, client -> {
            list(client, path, "", 0, files);
            return files;
        });
        transfer.foresee(files.stream().mapToLong(one -> Long.parseLong(one[1])).sum());
        Files.createDirectories(target);
        long total = 0;
        for (String[] file : files) {
            Path to = target.resolve(file[0]);
            Files.createDirectories(to.getParent());
            try (Intake intake = new Intake(to, transfer, file[0], Optional.empty())) {
                total += one(path + file[0], intake, transfer).size();
            }
        }
        return new Staged(total, "");
    }

    private Staged one(String path, Intake intake, Transfer transfer) throws IOException {
        long end = System.nanoTime() + place.time().toNanos();
        // What the file was like when its first bytes came.
        AtomicReference<String> version = new AtomicReference<>("");
        for (int attempt = 1; ; attempt++) {
            try {
                return with(WAIT, client -> {
                    String size = client.getSize(path);
                    String changed = client.getModificationTime(path);
                    String now = size + " " + changed;
                    if (!now.equals(version.getAndSet(now)) || size == null || changed == null) {
                        intake.restart();
                    }
                    retrieve(client, path, intake, transfer, String.valueOf(size), end);
                    return intake.done();
                });
            } catch (Broken e) {
                if (attempt == ATTEMPTS || System.nanoTime() > end) {
                    throw e;
                }
                transfer.tell("The connection to " + place.endpoint().getHost() + " broke off; trying again");
            }
        }
    }

    /** The connection ended in the middle. */
    private static final class Broken extends IOException {
        private static final long serialVersionUID = 1L;

        Broken(String message) {
            super(message);
        }
    }

    private void retrieve(FTPClient client, String path, Intake intake, Transfer transfer, String size, long end)
            throws IOException {
        client.setRestartOffset(intake.size());
        InputStream in = client.retrieveFileStream(path);
        if (in == null) {
            throw refused(client);
        }
        long had = intake.size();
        if (size.matches("[0-9]{1,18}")) {
            intake.of(Long.parseLong(size));
        }
        byte[] buffer = new byte[1 << 16];
        try (in) {
            while (true) {
                int n;
                try {
                    n = in.read(buffer);
                } catch (IOException e) {
                    throw new Broken("the place ended early");
                }
                if (n < 0) {
                    break;
                }
                if (intake.size() + n > place.largest()) {
                    throw new IOException("it is larger than " + place.largest() + " bytes");
                }
                if (System.nanoTime() > end) {
                    throw new IOException("it took too long");
                }
                intake.write(buffer, 0, n);
            }
        } finally {
            transfer.moved(intake.size() - had);
        }
        if (size.matches("[0-9]{1,18}") && Long.parseLong(size) != intake.size()) {
            throw new Broken("the place ended early");
        }
        if (!client.completePendingCommand()) {
            throw refused(client);
        }
    }
}
