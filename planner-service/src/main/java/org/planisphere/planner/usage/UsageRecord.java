package org.planisphere.planner.usage;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.Offer;
import org.planisphere.planner.offer.Reschedule;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.Kind;

/**
 * What one accepted session came to.
 *
 * @param grant under which it was offered; null without a policy, as group and policy
 * @param kind name of the executable's kind
 * @param name the task's, where its owner gave one
 * @param phase in which it ended
 * @param began null when it never ran
 * @param granted memory and storage in MiB
 * @param seconds for which it ran
 * @param cpuSeconds null where the platform could not tell, as peakMemory and storageUsed (bytes)
 * @param moved bytes brought in and taken out for it; null where none were counted
 * @param movedIn of these, those brought in; null with moved
 * @param movedOut of these, those taken out
 * @param energy kWh: measured by the platform, or else reckoned from the time of its processors; null where neither can be
 * @param currency URI of the money's type
 * @param quoted the most it was to cost
 * @param cost of the time it ran; 0 when it never did
 */
public record UsageRecord(
        UUID session,
        String owner,
        @Nullable String grant,
        @Nullable String group,
        @Nullable String policy,
        String platform,
        String kind,
        @Nullable String name,
        String phase,
        Instant accepted,
        @Nullable Instant began,
        Instant ended,
        Amounts granted,
        double seconds,
        @Nullable Double cpuSeconds,
        @Nullable Long peakMemory,
        @Nullable Long storageUsed,
        @Nullable Long moved,
        @Nullable Long movedIn,
        @Nullable Long movedOut,
        @Nullable Double energy,
        String currency,
        double quoted,
        double cost) {
    private static final double SECONDS_PER_HOUR = 3600;

    /** A record of a session for which nobody knows what was brought in and out, and what energy it took. */
    public UsageRecord(
            UUID session,
            String owner,
            @Nullable String grant,
            @Nullable String group,
            @Nullable String policy,
            String platform,
            String kind,
            @Nullable String name,
            String phase,
            Instant accepted,
            @Nullable Instant began,
            Instant ended,
            Amounts granted,
            double seconds,
            @Nullable Double cpuSeconds,
            @Nullable Long peakMemory,
            @Nullable Long storageUsed,
            @Nullable Long moved,
            String currency,
            double quoted,
            double cost) {
        this(
                session,
                owner,
                grant,
                group,
                policy,
                platform,
                kind,
                name,
                phase,
                accepted,
                began,
                ended,
                granted,
                seconds,
                cpuSeconds,
                peakMemory,
                storageUsed,
                moved,
                null,
                null,
                null,
                currency,
                quoted,
                cost);
    }

    /**
     * Of a session that has ended and was accepted.
     *
     * @param platform as it is now; null when it is no longer offered: then the cost is what was quoted
     */
    static UsageRecord of(Session session, @Nullable PlatformDescription platform) {
        Offer offer = session.offer();
        Instant ended = known(session.ended(), session.modified());
        Instant began = session.began();
        Map<String, String> said = ending(session.messages());
        Instant stopped = said.containsKey("ended") ? Instant.parse(said.get("ended")) : ended;
        Duration ran = began == null || stopped.isBefore(began) ? Duration.ZERO : Duration.between(began, stopped);
        // Another planner's offer may name no costs at all.
        Bound quote = offer.costs().isEmpty() ? null : offer.costs().get(0);
        double quoted = quote == null || quote.max() == null ? 0 : quote.max();
        double cost = 0;
        if (began != null) {
            Double money = platform == null
                    ? null
                    : Reschedule.costs(offer, platform, ran).get(0).max();
            cost = money == null ? quoted : Math.min(money, quoted);
        }
        Kind kind = offer.task().executable().kind().kind();
        boolean measured = said.containsKey("cpuSeconds");
        return new UsageRecord(
                session.id(),
                session.owner(),
                offer.funding() == null ? null : offer.funding().grant(),
                offer.funding() == null ? null : offer.funding().group(),
                offer.funding() == null ? null : offer.funding().policy(),
                offer.platform(),
                kind == null ? "unknown" : kind.name(),
                offer.task().executable().label().name(),
                session.phase().name(),
                known(session.accepted(), session.created()),
                began,
                ended,
                offer.granted(),
                ran.toMillis() / 1000.0,
                measured ? Double.valueOf(said.get("cpuSeconds")) : null,
                measured ? Long.valueOf(said.get("peakMemory")) : null,
                measured ? Long.valueOf(said.get("storage")) : null,
                moved(session.messages(), "moved"),
                moved(session.messages(), "movedIn"),
                moved(session.messages(), "movedOut"),
                energy(said, offer.granted(), ran, platform),
                quote == null ? PlatformSettings.EURO : quote.type(),
                quoted,
                cost);
    }

    /** What the last message that counts it says. */
    private static @Nullable Long moved(List<Message> messages, String what) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            String moved = messages.get(i).values().get(what);
            if (moved != null) {
                return Long.valueOf(moved);
            }
        }
        return null;
    }

    /** Where nobody measures it: what its cores take while they are busy, or, where not even that is known, all the time. */
    private static @Nullable Double energy(
            Map<String, String> said, Amounts granted, Duration ran, @Nullable PlatformDescription platform) {
        if (said.containsKey("energy")) {
            return Double.valueOf(said.get("energy"));
        }
        double perHour = platform == null ? 0 : platform.prices().energyCoreHour();
        if (perHour <= 0) {
            return null;
        }
        double busy = said.containsKey("cpuSeconds")
                ? Double.parseDouble(said.get("cpuSeconds"))
                : granted.cores() * ran.toMillis() / 1000.0;
        return busy / SECONDS_PER_HOUR * perHour;
    }

    private static Instant known(@Nullable Instant instant, Instant other) {
        return instant == null ? other : instant;
    }

    /** What the last message that tells of the end of the run says of it. */
    private static Map<String, String> ending(List<Message> messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            Map<String, String> values = messages.get(i).values();
            if (values.containsKey("exitCode") && values.containsKey("ended")) {
                return values;
            }
        }
        return Map.of();
    }
}
