package org.planisphere.foundation.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over TLS the address is pinned and the certificate is still checked against the name. */
class GuardedHttpsTest {
    private static HttpsServer server;
    private static SSLContext context;

    @BeforeAll
    static void serve(@TempDir Path folder) throws Exception {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        assumeTrue(Files.isExecutable(keytool), "there is no keytool beside this Java");
        Path store = folder.resolve("store.p12");
        Process made = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        "stars",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=stars.test",
                        "-ext",
                        "SAN=dns:stars.test",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "changeit",
                        "-validity",
                        "30")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        assertThat(made.waitFor(60, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        KeyManagerFactory mine = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        mine.init(keys, "changeit".toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("stars", keys.getCertificate("stars"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        context = SSLContext.getInstance("TLS");
        context.init(mine.getKeyManagers(), trust.getTrustManagers(), null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            byte[] bytes = exchange.getRequestHeaders().getFirst("Host").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.stop(0);
        }
    }

    private static String get(String host) throws Exception {
        int port = server.getAddress().getPort();
        HttpRules rules = HttpRules.of(List.of(host + ":" + port), 1 << 20, Duration.ofSeconds(20));
        Resolver loopback = name -> List.of(InetAddress.getByAddress(name, new byte[] {127, 0, 0, 1}));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new GuardedHttp(rules, loopback, context.getSocketFactory())
                .get(URI.create("https://" + host + ":" + port + "/"), Map.of(), 1000, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void acceptsTheCertificateOfTheName() throws Exception {
        assertThat(get("stars.test"))
                .isEqualTo("stars.test:" + server.getAddress().getPort());
    }

    @Test
    void refusesTheCertificateOfAnotherName() {
        assertThatThrownBy(() -> get("other.test")).isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> get("127.0.0.1")).isInstanceOf(SSLException.class);
    }
}
