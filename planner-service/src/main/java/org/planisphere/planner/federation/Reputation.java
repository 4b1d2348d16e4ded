package org.planisphere.planner.federation;

import java.util.Optional;

/**
 * How well a planner has kept its word, from 0 to 1: the share of good among what is remembered of it, older things
 * counting less and less. A planner nobody knows begins well, and not perfect. Thread safe.
 */
final class Reputation {
    /** What has been seen of a planner, and how much it counts. */
    enum Deed {
        ANSWERED(0.2, true),
        ACCEPTED(1, true),
        COMPLETED(1, true),
        SILENT(1, false),
        BROKE_OFFER(3, false),
        LOST_RUN(3, false),
        LIED(10, false);

        private final double weight;
        private final boolean good;

        Deed(double weight, boolean good) {
            this.weight = weight;
            this.good = good;
        }
    }

    private static final double FIRST_GOOD = 4.5;
    private static final double FIRST_BAD = 0.5;
    private static final double KEPT = 0.98;

    /** What is remembered: how much good and how much bad. */
    record Sums(double good, double bad) {}

    private double good;
    private double bad;
    private boolean fresh;

    Reputation() {
        this(new Sums(FIRST_GOOD, FIRST_BAD));
    }

    /** As it was when it was kept. */
    Reputation(Sums kept) {
        this.good = kept.good();
        this.bad = kept.bad();
    }

    synchronized void saw(Deed deed) {
        fresh = true;
        double kept = Math.pow(KEPT, deed.weight);
        good *= kept;
        bad *= kept;
        if (deed.good) {
            good += deed.weight;
        } else {
            bad += deed.weight;
        }
    }

    /** What is to be kept, if anything was seen since this was asked last. */
    synchronized Optional<Sums> changed() {
        Optional<Sums> sums = fresh ? Optional.of(new Sums(good, bad)) : Optional.empty();
        fresh = false;
        return sums;
    }

    synchronized double value() {
        return good / (good + bad);
    }
}
