package org.planisphere.planner.staging;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.planner.task.Kind;

/**
 * Git repositories over {@code https}, {@code http} and {@code file}, wherever files may be fetched from by those: one commit,
 * without its history, links and submodules. Git is executed with nobody's settings and credentials, goes to the very address
 * that was judged, follows no redirect and runs no code of the repository's. Thread safe.
 */
final class GitSource implements Source {
    private static final Path GIT = Path.of("/usr/bin/git");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
    private static final Duration LOOK = Duration.ofMillis(200);

    private final FileSource files;
    private final GuardedHttp http;

    GitSource(FileSource files, GuardedHttp http) {
        this.files = files;
        this.http = http;
    }

    @Override
    public Set<Kind> kinds() {
        return Set.of();
    }

    /** No plain address means a repository. */
    @Override
    public Set<String> schemes() {
        return Set.of();
    }

    @Override
    public boolean takes(Address address) {
        return address.repository() && Files.isExecutable(GIT);
    }

    @Override
    public Optional<Unreachable> examine(Address address) {
        String scheme = scheme(address);
        Optional<URI> uri = address.uri();
        if (uri.isEmpty() || !Set.of("http", "https", "file").contains(scheme)) {
            return Optional.of(Unreachable.of(address, "repositories are fetched by https, http and file only"));
        }
        if (scheme.equals("file")) {
            return files.examine(address);
        }
        return uri.get().getRawUserInfo() != null || !http.rules().allows(uri.get())
                ? Optional.of(Unreachable.of(address, "this platform does not fetch from there"))
                : Optional.empty();
    }

    private static String scheme(Address address) {
        return address.uri()
                .map(URI::getScheme)
                .map(scheme -> scheme.toLowerCase(Locale.ROOT))
                .orElse("");
    }

    @Override
    public OptionalLong measure(Address address) {
        return OptionalLong.empty();
    }

    @Override
    public String whence(Address address) {
        return "git " + address.uri().map(URI::getHost).orElse("file");
    }

    @Override
    public Staged fetch(Address address, Path target, Transfer transfer) throws IOException {
        URI uri = address.uri().orElseThrow(() -> new IOException("it is not a URL"));
        boolean local = scheme(address).equals("file");
        String from = local ? files.folder(address).toUri().toString() : uri.toString();
        String reference = address.detail("reference").isEmpty() ? "HEAD" : address.detail("reference");
        Path own = Files.createTempDirectory("git");
        try {
            Path settings = Files.writeString(own.resolve("config"), "[safe]\n\tdirectory = *\n");
            Path store = own.resolve("store");
            Run run = new Run(own, settings, local ? "file" : scheme(address), transfer);
            run.git("init", "--quiet", "--template=", store.toString());
            List<String> fetch = new ArrayList<>(List.of("-C", store.toString()));
            if (!local) {
                fetch.addAll(List.of("-c", "http.curloptResolve=" + pin(uri)));
            }
            fetch.addAll(List.of(
                    "fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--", from, reference));
            run.git(fetch.toArray(String[]::new));
            String commit = run.git("-C", store.toString(), "rev-parse", "--verify", "FETCH_HEAD^{commit}");
            if (COMMIT.matcher(reference).matches() && !commit.equals(reference)) {
                throw new IOException("the repository gave another commit than " + reference);
            }
            run.git("-C", store.toString(), "checkout", "--quiet", "--detach", commit);
            remove(store.resolve(".git"));
            long size = size(store);
            transfer.take(size);
            Files.createDirectories(target.getParent());
            move(store, target);
            transfer.moved(size);
            transfer.tell("The repository is at commit " + commit);
            return new Staged(size, "");
        } finally {
            remove(own);
        }
    }

    /** The name, and the addresses that were judged: where git connects, whatever the name means by then. */
    private String pin(URI uri) throws IOException {
        List<InetAddress> judged = http.judged(uri);
        int port = uri.getPort() > 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        String host = uri.getHost().replaceAll("[\\[\\]]", "");
        return host + ":" + port + ":"
                + judged.stream()
                        .map(InetAddress::getHostAddress)
                        .map(text -> text.replaceFirst("%.*", ""))
                        .map(text -> text.indexOf(':') < 0 ? text : "[" + text + "]")
                        .collect(Collectors.joining(","));
    }

    /** Executes git for one repository, within its time and room. */
    private final class Run {
        private final Path folder;
        private final Path settings;
        private final String protocol;
        private final Transfer transfer;
        private final long deadline = System.nanoTime() + http.rules().time().toNanos();

        Run(Path folder, Path settings, String protocol, Transfer transfer) {
            this.folder = folder;
            this.settings = settings;
            this.protocol = protocol;
            this.transfer = transfer;
        }

        String git(String... words) throws IOException {
            List<String> command = new ArrayList<>(List.of(GIT.toString()));
            for (String setting : List.of(
                    "http.followRedirects=false",
                    "http.proxy=",
                    "credential.helper=",
                    "core.hooksPath=/dev/null",
                    "core.symlinks=false",
                    "core.fsmonitor=false",
                    "transfer.fsckObjects=true",
                    "submodule.recurse=false",
                    "gc.auto=0")) {
                command.addAll(List.of("-c", setting));
            }
            command.addAll(List.of(words));
            Path said = Files.createTempFile(folder, "said", "");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(said.toFile());
            Map<String, String> environment = builder.environment();
            environment.clear();
            environment.putAll(Map.of(
                    "PATH", "/usr/bin:/bin",
                    "HOME", folder.toString(),
                    "LANG", "C.UTF-8",
                    "GIT_CONFIG_NOSYSTEM", "1",
                    "GIT_CONFIG_GLOBAL", settings.toString(),
                    "GIT_TERMINAL_PROMPT", "0",
                    "GIT_ASKPASS", "/bin/false",
                    "GIT_ALLOW_PROTOCOL", protocol));
            Process process = builder.start();
            try {
                while (!process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                    transfer.failed();
                    if (System.nanoTime() > deadline) {
                        throw new IOException("it took too long");
                    }
                    // What is fetched is packed there and unpacked again: twice the room is enough.
                    if (size(folder) / 2 > transfer.left()) {
                        throw new Transfer.TooLarge("it is larger than there is room for");
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            String text;
            try (InputStream in = Files.newInputStream(said)) {
                text = new String(in.readNBytes(2000), StandardCharsets.UTF_8).strip();
            }
            if (process.exitValue() != 0) {
                throw new IOException(reason(text));
            }
            return text;
        }
    }

    /** Git's last words, without a path of ours. */
    private static String reason(String said) {
        if (said.contains("couldn't find remote ref") || said.contains("not our ref")) {
            return "the repository has no such branch, tag or commit";
        }
        if (said.contains("not found") || said.contains("does not appear to be a git repository")) {
            return "there is no such repository";
        }
        return "git could not fetch it";
    }

    private static long size(Path folder) throws IOException {
        long[] total = {0};
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    total[0] += attributes.size();
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (NoSuchFileException changing) {
            return total[0];
        }
        return total[0];
    }

    /** Within one file system by its name, else file by file. */
    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException other) {
            try (Stream<Path> all = Files.walk(from)) {
                for (Path one : (Iterable<Path>) all::iterator) {
                    Path place = to.resolve(from.relativize(one).toString());
                    if (Files.isDirectory(one, LinkOption.NOFOLLOW_LINKS)) {
                        Files.createDirectories(place);
                    } else {
                        Files.copy(one, place, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
                    }
                }
            }
        }
    }

    private static void remove(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        }
    }
}
