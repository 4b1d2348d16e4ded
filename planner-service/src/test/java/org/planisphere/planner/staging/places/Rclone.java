package org.planisphere.planner.staging.places;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.planisphere.planner.staging.Fetching;

/** A WebDAV server: rclone over a folder, for {@code anna} with the password {@code word}. */
public final class Rclone implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/rclone");

    private final Path folder;
    private final Process server;
    private final int port;

    /** Skips the test where rclone is missing. */
    public Rclone(Path folder) throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(PROGRAM), "rclone is not installed (Debian: rclone)");
        this.folder = folder;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.createDirectories(files().resolve("base"));
        server = new ProcessBuilder(
                        PROGRAM.toString(),
                        "serve",
                        "webdav",
                        files().toString(),
                        "--addr",
                        "127.0.0.1:" + port,
                        "--user",
                        "anna",
                        "--pass",
                        "word",
                        "--dir-cache-time",
                        "0s")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(this::answers);
    }

    private boolean answers() {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** What it serves; {@code base} in it is opened by {@link #place}. */
    public Path files() {
        return folder.resolve("files");
    }

    public String authority() {
        return "127.0.0.1:" + port;
    }

    /** Opens {@code base} with its password. */
    public WebDavPlace place() throws IOException {
        return place(authority(), "word");
    }

    WebDavPlace place(String authority, String password) throws IOException {
        Place place = new Place(
                "dav",
                URI.create("http://" + authority + "/base/"),
                List.of(),
                "dav",
                true,
                1 << 24,
                Duration.ofSeconds(20));
        return new WebDavPlace(place, vault(password), Fetching.PLAIN);
    }

    private Vault vault(String password) throws IOException {
        Path file = Files.createTempFile(folder, "vault", "");
        Files.writeString(file, "dav.user=anna\ndav.password=" + password + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return new Vault(file);
    }

    @Override
    public void close() {
        server.destroy();
        server.onExit().join();
    }
}
