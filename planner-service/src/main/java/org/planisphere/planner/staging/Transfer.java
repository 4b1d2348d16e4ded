package org.planisphere.planner.staging;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All that is brought in, or taken out, for one session: how much room is left, what was moved, whether to go on. Shared
 * by whatever is moved at the same time. Thread safe.
 */
public final class Transfer {
    private static final long QUARTERS_FROM = 16L << 20;

    private final long most;
    private final AtomicLong room;
    private final AtomicLong moved = new AtomicLong();
    private final @Nullable Transfer whole;
    private final Function<URI, Map<String, String>> headers;
    private final Consumer<String> progress;
    private final AtomicReference<@Nullable Exception> stopped;

    /**
     * @param room bytes of all together
     * @param headers to send to an address over HTTP, asked anew for every redirect
     * @param progress told one sentence a step
     */
    public Transfer(long room, Function<URI, Map<String, String>> headers, Consumer<String> progress) {
        this.most = room;
        this.room = new AtomicLong(room);
        this.headers = headers;
        this.progress = progress;
        this.stopped = new AtomicReference<>();
        this.whole = null;
    }

    private Transfer(Transfer whole) {
        this.most = whole.most;
        this.room = whole.room;
        this.headers = whole.headers;
        this.progress = whole.progress;
        this.stopped = whole.stopped;
        this.whole = whole;
    }

    /** A part of it, which counts by itself what it moves and shares all else. */
    public Transfer part() {
        return new Transfer(this);
    }

    /** There is not as much room as it would take. */
    public static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        TooLarge(String message) {
            super(message);
        }
    }

    public Function<URI, Map<String, String>> headers() {
        return headers;
    }

    public void tell(String sentence) {
        progress.accept(sentence);
    }

    /** Ends all that is under way, at the next bytes that come; the first reason counts. */
    public void stop(Exception why) {
        stopped.compareAndSet(null, why);
    }

    /** Does nothing unless it was stopped. */
    public void failed() throws IOException {
        Exception why = stopped.get();
        if (why instanceof IOException fault) {
            throw fault;
        }
        if (why instanceof RuntimeException fault) {
            throw fault;
        }
    }

    /** Bytes that came from elsewhere, or went there. */
    public long moved() {
        return moved.get();
    }

    /** Notes that bytes came from elsewhere, or went there. */
    public void moved(long bytes) {
        moved.addAndGet(bytes);
        if (whole != null) {
            whole.moved(bytes);
        }
    }

    /** Bytes for which there is room. */
    long left() {
        return room.get();
    }

    /** Takes room for so many bytes. */
    void take(long bytes) throws IOException {
        if (stopped.get() != null) {
            throw new IOException("it was given up");
        }
        if (room.addAndGet(-bytes) < 0) {
            throw new TooLarge("it is larger than the " + (most >> 20) + " MiB there are for it");
        }
    }

    void giveBack(long bytes) {
        room.addAndGet(bytes);
    }

    /** Whether there is room for so many bytes now; for who knows the size before the first of them. */
    public void foresee(long bytes) throws IOException {
        if (bytes > room.get()) {
            throw new TooLarge("it is larger than the " + (most >> 20) + " MiB there are for it");
        }
    }

    /** Tells each quarter of what is large enough to be waited for. */
    void quarter(String what, long before, long now, long all) {
        if (all >= QUARTERS_FROM && 4 * before / all < 4 * now / all && now < all) {
            tell(what + ": " + (now >> 20) + " of " + (all >> 20) + " MiB");
        }
    }
}
