package org.planisphere.planner.staging;

/**
 * How things are fetched over HTTP, whatever place they are of.
 *
 * @param cache what was fetched before
 * @param partsFrom bytes from which on one thing is fetched in parts; never when 0
 * @param partsAtOnce how many parts of one thing are under way at once
 */
public record Fetching(Cache cache, long partsFrom, int partsAtOnce) {
    /** With nothing kept, and large things in parts. */
    public static final Fetching PLAIN = of(Cache.NONE);

    /** With this cache, and large things in parts. */
    public static Fetching of(Cache cache) {
        return new Fetching(cache, 64L << 20, 4);
    }

    /** Whether something of this size is fetched in parts. */
    boolean splits(long size) {
        return partsFrom > 0 && partsAtOnce > 1 && size >= partsFrom && size >= 2L * partsAtOnce;
    }
}
