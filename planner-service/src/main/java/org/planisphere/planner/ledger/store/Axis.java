package org.planisphere.planner.ledger.store;

import java.util.Arrays;

/**
 * What is used between the given points of time, for the audit: a segment tree in arrays, with nothing in common with the
 * ledger's own index. Not thread safe.
 */
final class Axis {
    private final long[] points;
    private final int width;
    private final int size;
    private final long[] most;
    private final long[] added;

    /**
     * @param points in any order, repeated or not; use begins and ends at them only
     * @param width how many numbers are counted
     */
    Axis(long[] points, int width) {
        this.points = Arrays.stream(points).sorted().distinct().toArray();
        this.width = width;
        this.size = Math.max(1, this.points.length - 1);
        this.most = new long[4 * size * width];
        this.added = new long[4 * size * width];
    }

    void add(long from, long until, long[] amounts) {
        if (from < until) {
            add(1, 0, size, index(from), index(until), amounts);
        }
    }

    /** The largest use of each number between two points. */
    long[] most(long from, long until) {
        long[] found = new long[width];
        Arrays.fill(found, Long.MIN_VALUE);
        if (from < until) {
            most(1, 0, size, index(from), index(until), new long[width], found);
        }
        return found;
    }

    private int index(long point) {
        int index = Arrays.binarySearch(points, point);
        if (index < 0) {
            throw new IllegalArgumentException("not one of the points: " + point);
        }
        return index;
    }

    private void add(int node, int low, int high, int from, int until, long[] amounts) {
        if (from <= low && high <= until) {
            for (int i = 0; i < width; i++) {
                most[node * width + i] += amounts[i];
                added[node * width + i] += amounts[i];
            }
            return;
        }
        int middle = (low + high) >>> 1;
        if (from < middle) {
            add(2 * node, low, middle, from, until, amounts);
        }
        if (until > middle) {
            add(2 * node + 1, middle, high, from, until, amounts);
        }
        for (int i = 0; i < width; i++) {
            most[node * width + i] =
                    added[node * width + i] + Math.max(most[2 * node * width + i], most[(2 * node + 1) * width + i]);
        }
    }

    private void most(int node, int low, int high, int from, int until, long[] above, long[] found) {
        if (from <= low && high <= until) {
            for (int i = 0; i < width; i++) {
                found[i] = Math.max(found[i], above[i] + most[node * width + i]);
            }
            return;
        }
        long[] here = above.clone();
        for (int i = 0; i < width; i++) {
            here[i] += added[node * width + i];
        }
        int middle = (low + high) >>> 1;
        if (from < middle) {
            most(2 * node, low, middle, from, until, here, found);
        }
        if (until > middle) {
            most(2 * node + 1, middle, high, from, until, here, found);
        }
    }
}
