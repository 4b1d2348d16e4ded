package org.planisphere.planner.staging;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.planisphere.foundation.http.Ask;
import org.planisphere.foundation.http.GuardedHttp;

/**
 * One large thing, fetched as byte ranges of which several are under way at once. Each is written to its place in the file;
 * the intake takes them up in their order, so that it counts and sums up as if they had come one after the other. A range
 * that breaks off is gone on with where it ended. To be used once, by one thread.
 */
final class Ranges {
    private static final int ATTEMPTS = 4;
    private static final long LARGEST = 64L << 20;

    private final GuardedHttp http;
    private final URI location;
    private final Function<URI, Map<String, String>> headers;
    private final String tag;
    private final long all;
    private final int atOnce;
    private final long end;
    private final Object pen = new Object();
    private boolean stopped;
    private long taken;

    /**
     * @param tag strong; each range is asked for only if it is of what has this tag
     * @param all bytes of the whole thing
     * @param end of the time there is, as {@link System#nanoTime} counts
     */
    Ranges(
            GuardedHttp http,
            URI location,
            Function<URI, Map<String, String>> headers,
            String tag,
            long all,
            int atOnce,
            long end) {
        this.http = http;
        this.location = location;
        this.headers = headers;
        this.tag = tag;
        this.all = all;
        this.atOnce = atOnce;
        this.end = end;
    }

    /** The server does not give the ranges it offered, or not of the same thing. */
    static final class Withheld extends IOException {
        private static final long serialVersionUID = 1L;

        Withheld(String message) {
            super(message);
        }
    }

    /**
     * Fetches all of it into the intake, which has nothing yet. When it fails the intake has what came without a gap.
     *
     * @param target the file that the intake writes
     * @throws Withheld when it has to be fetched in one
     */
    void fetch(Intake intake, Path target, Transfer transfer) throws IOException {
        ExecutorService workers = Executors.newFixedThreadPool(atOnce, work -> {
            Thread thread = new Thread(work, "ranges-" + location.getHost());
            thread.setDaemon(true);
            return thread;
        });
        long part = Math.max(1, Math.min(LARGEST, all / (2L * atOnce)));
        try (FileChannel file = FileChannel.open(target, StandardOpenOption.WRITE)) {
            List<Future<Long>> parts = new ArrayList<>();
            for (long from = 0; from < all; from += part) {
                Part one = new Part(file, transfer, from, Math.min(all, from + part));
                parts.add(workers.submit(one::fetch));
            }
            for (Future<Long> one : parts) {
                intake.adopt(one.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("it was given up", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException fault) {
                throw fault;
            }
            throw new IOException("it could not be fetched in parts", e);
        } finally {
            workers.shutdownNow();
            synchronized (pen) {
                // Whoever is late writes nothing any more.
                stopped = true;
                transfer.giveBack(taken - intake.size());
                transfer.moved(taken);
            }
            intake.cut();
        }
    }

    /** The bytes from {@code at} until before {@code to}. */
    private final class Part extends OutputStream {
        private final FileChannel file;
        private final Transfer transfer;
        private final long from;
        private final long to;
        private long at;

        Part(FileChannel file, Transfer transfer, long from, long to) {
            this.file = file;
            this.transfer = transfer;
            this.from = from;
            this.to = to;
            this.at = from;
        }

        /** How many bytes it has, all of which have come. */
        long fetch() throws IOException {
            for (int attempt = 1; at < to; attempt++) {
                try {
                    Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
                    http.exchange(Ask.get(location).with(this::headers).within(left), this::take);
                    if (at < to) {
                        throw new EOFException("the answer ended early");
                    }
                } catch (EOFException | SocketException | SocketTimeoutException e) {
                    if (attempt == ATTEMPTS || System.nanoTime() >= end) {
                        throw e;
                    }
                    transfer.tell("A part from " + location.getHost() + " broke off; trying again");
                }
            }
            return to - from;
        }

        private Map<String, String> headers(URI where) {
            Map<String, String> more = new HashMap<>(headers.apply(where));
            more.put("Range", "bytes=" + at + "-" + (to - 1));
            more.put("If-Range", tag);
            return more;
        }

        private long take(GuardedHttp.Answer answer) throws IOException {
            Map<String, String> told = answer.headers();
            if (answer.status() != 206
                    || !told.getOrDefault("content-range", "").equals("bytes " + at + "-" + (to - 1) + "/" + all)
                    || !told.getOrDefault("etag", tag).equals(tag)) {
                throw new Withheld("the server does not give it in parts (" + answer.status() + ")");
            }
            return answer.body(to - at, this);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            synchronized (pen) {
                if (stopped) {
                    throw new IOException("it was given up");
                }
                transfer.take(count);
                taken += count;
                ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, count);
                while (buffer.hasRemaining()) {
                    at += file.write(buffer, at);
                }
            }
        }
    }
}
