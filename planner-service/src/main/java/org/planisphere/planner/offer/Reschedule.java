package org.planisphere.planner.offer;

import java.time.Duration;
import java.util.List;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.platform.Shape;
import org.planisphere.planner.task.Bound;

/**
 * What another duration of an accepted session costs, and which durations keep to the ceilings it was asked with: the
 * same reckoning as for the offer, at today's prices. Pure.
 */
public final class Reschedule {
    private Reschedule() {}

    /** The costs of what the offer grants, over another duration. */
    public static List<Bound> costs(Offer offer, PlatformDescription platform, Duration duration) {
        double factor = 1;
        for (Shape shape : platform.shapes()) {
            if (shape.name().equals(offer.shape())) {
                factor = shape.factor();
            }
        }
        double price = offer.funding() == null ? 1 : offer.funding().factor();
        return quote(offer, platform.priced(price)).of(offer.granted(), factor, duration);
    }

    /**
     * The longest duration in whole seconds, at most {@code most}, whose costs keep to every ceiling of the request; zero
     * when no duration does.
     */
    public static Duration affordable(Offer offer, PlatformDescription platform, Duration most) {
        if (Quote.within(offer.task().costs(), costs(offer, platform, most))) {
            return most;
        }
        long kept = 0;
        long broken = most.toSeconds() + 1;
        while (kept + 1 < broken) {
            long middle = kept + (broken - kept) / 2;
            if (Quote.within(offer.task().costs(), costs(offer, platform, Duration.ofSeconds(middle)))) {
                kept = middle;
            } else {
                broken = middle;
            }
        }
        return Duration.ofSeconds(kept);
    }

    private static Quote quote(Offer offer, PlatformDescription platform) {
        Schedule quoted = offer.schedule();
        return new Quote(platform.prices(), quoted.preparingFor().plus(quoted.releasingFor()));
    }
}
