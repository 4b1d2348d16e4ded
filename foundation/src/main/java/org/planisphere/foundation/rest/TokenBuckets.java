package org.planisphere.foundation.rest;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A bucket of tokens for everybody who takes some: it fills at a steady rate up to its size, and who finds it empty has to
 * wait. Whoever was not seen for long is forgotten, which is the same as a full bucket, so memory is bounded whatever comes
 * in. Thread safe.
 */
public final class TokenBuckets {
    /** So many are remembered; with more at once, those longest not seen begin anew with a full bucket. */
    private static final int MOST = 50_000;

    private final double perNano;
    private final double size;
    private final LinkedHashMap<String, Bucket> buckets = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MOST;
        }
    };

    private static final class Bucket {
        private double tokens;
        private long at;

        Bucket(double tokens, long at) {
            this.tokens = tokens;
            this.at = at;
        }
    }

    /**
     * @param perSecond above 0
     * @param size at least 1
     */
    public TokenBuckets(double perSecond, double size) {
        if (!(perSecond > 0) || !(size >= 1)) {
            throw new IllegalArgumentException("a bucket fills, and holds at least one");
        }
        this.perNano = perSecond / 1e9;
        this.size = size;
    }

    /**
     * Takes a token.
     *
     * @param nanos of a monotonic clock
     * @return 0 when there was one, else the seconds to wait, at least 1
     */
    public synchronized long take(String who, long nanos) {
        Bucket bucket = filled(who, nanos);
        if (bucket.tokens >= 1) {
            bucket.tokens -= 1;
            return 0;
        }
        return Math.max(1, (long) Math.ceil((1 - bucket.tokens) / perNano / 1e9));
    }

    /** As {@link #take}, but takes nothing. */
    public synchronized long wait(String who, long nanos) {
        Bucket bucket = filled(who, nanos);
        return bucket.tokens >= 1 ? 0 : Math.max(1, (long) Math.ceil((1 - bucket.tokens) / perNano / 1e9));
    }

    /** How many are remembered. */
    public synchronized int remembered() {
        return buckets.size();
    }

    private Bucket filled(String who, long nanos) {
        Bucket bucket = buckets.computeIfAbsent(who, none -> new Bucket(size, nanos));
        bucket.tokens = Math.min(size, bucket.tokens + Math.max(0, nanos - bucket.at) * perNano);
        bucket.at = nanos;
        return bucket;
    }
}
