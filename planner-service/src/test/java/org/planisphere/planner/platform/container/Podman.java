package org.planisphere.planner.platform.container;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.planisphere.planner.staging.WorkFolder;

/**
 * A podman of the tests' own, with a small image of busybox and a registry on loopback: begun once for all tests of the
 * module, its storage in a folder of its own, gone with the tests.
 */
public final class Podman {
    static final String IMAGE = "localhost/planisphere-test/busybox:1";
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static Podman one;
    private static String missing;

    private final Path home;
    private final int registryPort;
    private Process service;
    private Process registry;

    private Podman(Path home, int registryPort) {
        this.home = home;
        this.registryPort = registryPort;
    }

    /** The podman; the test is skipped, with the reason, where there can be none. */
    public static synchronized Podman needed() {
        if (one == null && missing == null) {
            missing = lacking();
            if (missing == null) {
                try {
                    Podman podman = new Podman(Files.createTempDirectory("planisphere-podman"), freePort());
                    Runtime.getRuntime().addShutdownHook(new Thread(podman::end));
                    podman.begin();
                    one = podman;
                } catch (IOException | InterruptedException | IllegalStateException e) {
                    missing = "podman does not work on this host: " + e.getMessage();
                }
            }
        }
        assumeTrue(one != null, missing);
        return one;
    }

    private static String lacking() {
        for (String program : List.of("podman", "runc", "catatonit")) {
            if (List.of("/usr/bin/", "/usr/sbin/", "/usr/local/bin/").stream()
                    .noneMatch(folder -> Files.isExecutable(Path.of(folder + program)))) {
                return program + " is not installed (Debian: apt install podman runc catatonit)";
            }
        }
        if (!Files.isExecutable(BUSYBOX)) {
            return "busybox is not installed (Debian: apt install busybox-static)";
        }
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)
                    ? null
                    : "podman limits runs on every host only when it is root";
        } catch (IOException e) {
            return "this is not Linux";
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    Path socket() {
        return home.resolve("podman.sock");
    }

    private void begin() throws IOException, InterruptedException {
        Files.writeString(home.resolve("containers.conf"), """
                [engine]
                runtime="runc"
                cgroup_manager="cgroupfs"
                events_logger="file"
                [containers]
                default_ulimits=["nofile=16384:16384","nproc=31000:31000"]
                """);
        Files.writeString(home.resolve("registries.conf"), """
                [[registry]]
                location="127.0.0.1:%d"
                insecure=true
                """.formatted(registryPort));
        startService();
        importImage(IMAGE, rootfs("busybox"));
    }

    void startService() throws IOException, InterruptedException {
        Files.deleteIfExists(socket());
        service = command(List.of("system", "service", "--time", "0", "unix://" + socket()))
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("service.log").toFile())
                .start();
        for (int i = 0; i < 200 && service.isAlive() && !Files.exists(socket()); i++) {
            service.waitFor(50, TimeUnit.MILLISECONDS);
        }
        if (!Files.exists(socket())) {
            throw new IllegalStateException(Files.readString(home.resolve("service.log")));
        }
    }

    /** Ends the service, and none of its containers. */
    void stopService() throws InterruptedException {
        service.destroyForcibly().waitFor();
    }

    private ProcessBuilder command(List<String> arguments) {
        List<String> words = new ArrayList<>(
                List.of("podman", "--root", home.resolve("root").toString(), "--runroot", home + "/run"));
        words.addAll(arguments);
        // The containers' monitors write where podman was started.
        ProcessBuilder builder = new ProcessBuilder(words).directory(home.toFile());
        builder.environment()
                .put("CONTAINERS_CONF", home.resolve("containers.conf").toString());
        builder.environment()
                .put(
                        "CONTAINERS_REGISTRIES_CONF",
                        home.resolve("registries.conf").toString());
        return builder;
    }

    /** Runs podman's command line to its end. */
    public String run(String... arguments) throws IOException, InterruptedException {
        return run(null, arguments);
    }

    private String run(byte[] input, String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile(home, "out", "");
        Path err = Files.createTempFile(home, "err", "");
        Process process = command(List.of(arguments))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try (OutputStream in = process.getOutputStream()) {
            if (input != null) {
                in.write(input);
            }
        }
        if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException("podman " + String.join(" ", arguments) + ": " + Files.readString(err));
        }
        return Files.readString(out, StandardCharsets.UTF_8).trim();
    }

    /** Makes an image of a root folder. */
    public void importImage(String name, Path rootfs, String... changes) throws IOException, InterruptedException {
        Process tar = new ProcessBuilder("tar", "-C", rootfs.toString(), "-c", ".").start();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        tar.getInputStream().transferTo(bytes);
        tar.waitFor();
        List<String> words = new ArrayList<>(List.of("import"));
        for (String change : changes) {
            words.add("--change");
            words.add(change);
        }
        words.addAll(List.of("-", name));
        run(bytes.toByteArray(), words.toArray(String[]::new));
    }

    /** A root folder with nothing but busybox under all its names. */
    public Path rootfs(String name) throws IOException, InterruptedException {
        Path root = home.resolve("rootfs-" + name);
        if (!Files.exists(root)) {
            for (String folder : List.of("bin", "etc", "tmp", "work")) {
                Files.createDirectories(root.resolve(folder));
            }
            Files.copy(BUSYBOX, root.resolve("bin/busybox"));
            Process list = new ProcessBuilder(BUSYBOX.toString(), "--list").start();
            for (String applet : new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!applet.equals("busybox") && !applet.isBlank()) {
                    Files.createSymbolicLink(root.resolve("bin").resolve(applet), Path.of("busybox"));
                }
            }
            list.waitFor();
            Files.writeString(root.resolve("etc/passwd"), "root:x:0:0::/:/bin/sh\n");
        }
        return root;
    }

    /** The registry's address; begun when first asked for. Skips where there is none. */
    synchronized String registry() throws IOException, InterruptedException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/docker-registry")),
                "docker-registry is not installed (Debian: apt install docker-registry)");
        if (registry == null) {
            Path conf = home.resolve("registry.yml");
            Files.writeString(conf, """
                    version: 0.1
                    storage: {filesystem: {rootdirectory: %s}}
                    http: {addr: "127.0.0.1:%d"}
                    """.formatted(home.resolve("registry"), registryPort));
            registry = new ProcessBuilder("docker-registry", "serve", conf.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("registry.log").toFile())
                    .start();
            for (int i = 0; i < 100; i++) {
                try (java.net.Socket probe = new java.net.Socket("127.0.0.1", registryPort)) {
                    break;
                } catch (IOException notYet) {
                    registry.waitFor(50, TimeUnit.MILLISECONDS);
                }
            }
        }
        return "127.0.0.1:" + registryPort;
    }

    /** Puts the image into the registry under that name and forgets it here; its digest. */
    String publish(String image, String name) throws IOException, InterruptedException {
        Path digest = Files.createTempFile(home, "digest", "");
        run("push", "--tls-verify=false", "--digestfile", digest.toString(), image, registry() + "/" + name);
        return Files.readString(digest).trim();
    }

    private void end() {
        try {
            if (service != null) {
                run("rm", "--all", "--force", "--time", "0");
                service.destroyForcibly().waitFor();
            }
            if (registry != null) {
                registry.destroyForcibly().waitFor();
            }
            run("unmount", "--all", "--force");
            WorkFolder.delete(home);
        } catch (IOException | InterruptedException | IllegalStateException e) {
            System.err.println("the tests' podman was not tidied up: " + e.getMessage());
        }
    }
}
