package org.planisphere.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.ResultItem;

/** Fetches a result: bounded by the size that was announced, resumed when cut, visible only when right. */
final class Download {
    private final Http http;
    private final URI base;
    private final int repeats;

    Download(Http http, URI base, int repeats) {
        this.http = http;
        this.base = base;
        this.repeats = repeats;
    }

    Path to(ResultItem result, Path folder) {
        String name = result.name == null ? "" : result.name;
        if (result.url == null || result.size == null || result.sha256 == null) {
            throw new BadAnswer(base, "lists " + name + " without address, size or SHA-256");
        }
        URI uri = base.resolve(result.url);
        Path target = inside(uri, folder, name);
        Path part = target.resolveSibling(target.getFileName() + ".part");
        try {
            Files.createDirectories(folder.toAbsolutePath());
            Path parent = target.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
                // A link inside the folder must not lead the file out of it.
                if (!parent.toRealPath().startsWith(folder.toRealPath())) {
                    throw new BadAnswer(uri, "is named " + name + ", which leads out of " + folder);
                }
            }
            Files.deleteIfExists(part);
            fetch(uri, part, result.size);
            String digest = sha256(part);
            if (!digest.equalsIgnoreCase(result.sha256)) {
                throw new BadAnswer(uri, "has the SHA-256 " + digest + ", listed is " + result.sha256);
            }
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            return target;
        } catch (IOException unwritable) {
            throw new UncheckedIOException("cannot write " + target + ": " + unwritable.getMessage(), unwritable);
        } finally {
            try {
                Files.deleteIfExists(part);
            } catch (IOException kept) {
                // the next download of it removes it
            }
        }
    }

    private static Path inside(URI uri, Path folder, String name) {
        try {
            Path target = folder.resolve(name).normalize();
            boolean clean = !name.isBlank()
                    && !name.startsWith("/")
                    && name.chars().noneMatch(letter -> letter < ' ' || letter == 0x7f)
                    && target.startsWith(folder.normalize())
                    && !target.equals(folder.normalize());
            if (clean) {
                return target;
            }
        } catch (InvalidPathException refused) {
            // as below
        }
        throw new BadAnswer(
                uri, "is named \"" + name.replaceAll("\\p{Cntrl}", "?") + "\", which is no name for a file here");
    }

    private void fetch(URI uri, Path part, long size) throws IOException {
        int fruitless = 0;
        try (FileChannel file = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (true) {
                long before = file.position();
                IOException cut = attempt(uri, file, size);
                if (file.position() > size) {
                    throw new BadAnswer(uri, "has more than the listed " + size + " bytes");
                }
                if (cut == null) {
                    if (file.position() < size) {
                        throw new BadAnswer(uri, "has " + file.position() + " bytes, listed are " + size);
                    }
                    return;
                }
                fruitless = file.position() > before ? 0 : fruitless + 1;
                if (fruitless > repeats) {
                    throw new NotReachable(uri, "broke the connection: " + cut.getMessage(), cut);
                }
            }
        }
    }

    /** One connection; what cut it, or null when it ended by itself. */
    private @Nullable IOException attempt(URI uri, FileChannel file, long size) throws IOException {
        long from = file.position();
        if (from == size && size > 0) {
            return null;
        }
        Map<String, String> headers =
                from == 0 ? Map.of("Accept", "*/*") : Map.of("Accept", "*/*", "Range", "bytes=" + from + "-");
        ToFile sink = new ToFile(file, size);
        CompletableFuture<HttpResponse<Long>> exchange =
                http.stream(new Http.Call("GET", uri, null, headers), answer -> {
                    if (answer.statusCode() == 200 && from > 0) {
                        sink.restart();
                    }
                    return answer.statusCode() == 200 || answer.statusCode() == 206 ? sink : new Refused(answer);
                });
        try {
            long seen = -1;
            while (true) {
                try {
                    exchange.get(http.timeout().toMillis(), TimeUnit.MILLISECONDS);
                    return null;
                } catch (TimeoutException quiet) {
                    // As long as something comes, it may take its time.
                    if (sink.taken == seen || sink.taken == 0) {
                        exchange.cancel(true);
                        return new IOException("nothing came for " + Words.duration(http.timeout()), quiet);
                    }
                    seen = sink.taken;
                }
            }
        } catch (ExecutionException failed) {
            Throwable cause = Http.root(failed);
            if (cause instanceof ClientException known) {
                throw known;
            }
            if (cause instanceof ToFile.Unwritable unwritable) {
                throw unwritable;
            }
            return cause instanceof IOException cut ? cut : new IOException(cause);
        } catch (InterruptedException interrupted) {
            exchange.cancel(true);
            Thread.currentThread().interrupt();
            throw new NotReachable(uri, "was not waited for", interrupted);
        }
    }

    private static String sha256(Path file) throws IOException {
        try (var in = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Writes what comes, and hangs up as soon as it is more than was announced. */
    private static final class ToFile implements BodySubscriber<Long> {
        /** The disk refused, not the network. */
        static final class Unwritable extends IOException {
            private static final long serialVersionUID = 1L;

            Unwritable(IOException cause) {
                super(cause.getMessage(), cause);
            }
        }

        private final FileChannel file;
        private final long size;
        private final CompletableFuture<Long> done = new CompletableFuture<>();
        private @Nullable Subscription subscription;
        private volatile long taken;

        ToFile(FileChannel file, long size) {
            this.file = file;
            this.size = size;
        }

        void restart() {
            try {
                file.truncate(0);
                file.position(0);
            } catch (IOException unwritable) {
                done.completeExceptionally(new Unwritable(unwritable));
            }
        }

        @Override
        public CompletionStage<Long> getBody() {
            return done;
        }

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
            given.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            Subscription source = subscription;
            if (source == null || done.isDone()) {
                return;
            }
            try {
                for (ByteBuffer buffer : buffers) {
                    while (buffer.hasRemaining() && file.position() <= size) {
                        taken += file.write(buffer);
                    }
                }
                if (file.position() > size) {
                    source.cancel();
                    done.complete(taken);
                } else {
                    source.request(1);
                }
            } catch (IOException unwritable) {
                source.cancel();
                done.completeExceptionally(new Unwritable(unwritable));
            }
        }

        @Override
        public void onError(Throwable cause) {
            done.completeExceptionally(cause);
        }

        @Override
        public void onComplete() {
            done.complete(taken);
        }
    }

    /** An answer that is no file becomes its problem. */
    private final class Refused implements BodySubscriber<Long> {
        private final BoundedBody body = new BoundedBody(Http.LARGEST);
        private final HttpResponse.ResponseInfo answer;

        Refused(HttpResponse.ResponseInfo answer) {
            this.answer = answer;
        }

        @Override
        public CompletionStage<Long> getBody() {
            return body.getBody().thenApply(bytes -> {
                throw Http.problem(base, answer.statusCode(), answer.headers(), bytes);
            });
        }

        @Override
        public void onSubscribe(Subscription given) {
            body.onSubscribe(given);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            body.onNext(buffers);
        }

        @Override
        public void onError(Throwable cause) {
            body.onError(cause);
        }

        @Override
        public void onComplete() {
            body.onComplete();
        }
    }
}
