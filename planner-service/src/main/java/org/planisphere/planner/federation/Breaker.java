package org.planisphere.planner.federation;

import java.time.Duration;
import java.time.Instant;

/**
 * Whether it is worth asking somebody. After so many failures in a row nobody asks for a while; then one may try, and the
 * pause doubles each time the try fails. Holds no clock: instants are arguments. Thread safe.
 */
final class Breaker {
    private static final int MOST_DOUBLINGS = 6;

    private final int failures;
    private final Duration rest;
    private int inRow;
    private int rests;
    private Instant closedUntil = Instant.MIN;
    private boolean trying;

    /**
     * @param failures in a row that open it, at least 1
     * @param rest the first pause
     */
    Breaker(int failures, Duration rest) {
        this.failures = failures;
        this.rest = rest;
    }

    /** True when a call may be made now; whoever is told so tells {@link #succeeded} or {@link #failed} afterwards. */
    synchronized boolean asks(Instant now) {
        if (inRow < failures) {
            return true;
        }
        if (trying || now.isBefore(closedUntil)) {
            return false;
        }
        trying = true;
        return true;
    }

    synchronized void succeeded() {
        inRow = 0;
        rests = 0;
        trying = false;
    }

    synchronized void failed(Instant now) {
        trying = false;
        inRow++;
        if (inRow >= failures) {
            closedUntil = now.plus(rest.multipliedBy(1L << Math.min(rests, MOST_DOUBLINGS)));
            rests++;
        }
    }

    /** When it is worth asking again; in the past when it is now. */
    synchronized Instant until() {
        return inRow < failures ? Instant.MIN : closedUntil;
    }
}
