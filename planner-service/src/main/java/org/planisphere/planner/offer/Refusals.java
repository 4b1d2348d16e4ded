package org.planisphere.planner.offer;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Resource;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.task.KindRef;

/**
 * Every reason for a NO that deciding knows, in words a person understands and values a program reads. Each code has its
 * row in docs/problems.md, "Messages". Memory and storage are in GiB, times are ISO 8601 in UTC, durations ISO 8601.
 */
public final class Refusals {
    static final String KIND_UNKNOWN = "kind-unknown";
    static final String KIND_NOT_OFFERED = "kind-not-offered";
    static final String STORAGE_KIND_NOT_OFFERED = "storage-kind-not-offered";
    static final String DATA_KIND_NOT_OFFERED = "data-kind-not-offered";
    static final String SCHEME_NOT_ALLOWED = "scheme-not-allowed";
    static final String NETWORK_NOT_OFFERED = "network-not-offered";
    static final String DATA_NOT_REACHABLE = "data-not-reachable";
    static final String VOLUME_NOT_POSSIBLE = "volume-not-possible";
    static final String TOO_MANY_CORES = "too-many-cores";
    static final String NOT_ENOUGH_MEMORY = "not-enough-memory";
    static final String NOT_ENOUGH_STORAGE = "not-enough-storage";
    static final String NOT_ENOUGH_ACCELERATORS = "not-enough-accelerators";
    static final String TOO_MANY_SESSIONS = "too-many-sessions";
    static final String ACCELERATOR_TYPE_NOT_OFFERED = "accelerator-type-not-offered";
    static final String MAX_BELOW_LEAST = "max-below-least";
    static final String NO_SHAPE_FITS = "no-shape-fits";
    static final String OVER_YOUR_LIMIT = "over-your-limit";
    static final String TOO_MANY_OPEN_OFFERS = "too-many-open-offers";
    static final String TOO_LONG = "too-long";
    static final String START_IS_OVER = "start-is-over";
    static final String START_TOO_SOON = "start-too-soon";
    static final String START_TOO_FAR = "start-too-far";
    static final String BUSY_UNTIL = "busy-until";
    static final String BUSY = "busy";
    static final String CONTENDED = "contended";
    static final String TOO_EXPENSIVE = "too-expensive";
    static final String COST_NOT_QUOTED = "cost-not-quoted";
    static final String METRIC_NOT_REACHED = "metric-not-reached";
    static final String METRIC_NOT_OFFERED = "metric-not-offered";

    /** Notes on an offer; no reasons for a NO. */
    static final String LARGER_THAN_ASKED = "larger-than-asked";

    static final String EXPECTED = "expected";
    static final String LIMIT_NOT_ENFORCED = "limit-not-enforced";

    /** The code of every reason for a NO that is decided here; engines may add their own objections. */
    public static final List<String> CODES = List.of(
            KIND_UNKNOWN,
            KIND_NOT_OFFERED,
            STORAGE_KIND_NOT_OFFERED,
            DATA_KIND_NOT_OFFERED,
            SCHEME_NOT_ALLOWED,
            NETWORK_NOT_OFFERED,
            DATA_NOT_REACHABLE,
            VOLUME_NOT_POSSIBLE,
            TOO_MANY_CORES,
            NOT_ENOUGH_MEMORY,
            NOT_ENOUGH_STORAGE,
            NOT_ENOUGH_ACCELERATORS,
            TOO_MANY_SESSIONS,
            ACCELERATOR_TYPE_NOT_OFFERED,
            MAX_BELOW_LEAST,
            NO_SHAPE_FITS,
            OVER_YOUR_LIMIT,
            TOO_MANY_OPEN_OFFERS,
            TOO_LONG,
            START_IS_OVER,
            START_TOO_SOON,
            START_TOO_FAR,
            BUSY_UNTIL,
            BUSY,
            CONTENDED,
            TOO_EXPENSIVE,
            COST_NOT_QUOTED,
            METRIC_NOT_REACHED,
            METRIC_NOT_OFFERED);

    /** The codes of notes on offers. */
    public static final List<String> NOTES = List.of(LARGER_THAN_ASKED, LIMIT_NOT_ENFORCED);

    private final Instant now;

    /** @param now the time of every message made */
    public Refusals(Instant now) {
        this.now = now;
    }

    Message kindUnknown(String component, KindRef kind) {
        return no(
                KIND_UNKNOWN,
                "Nobody here knows the kind ${asked} of the ${resource}.",
                "resource",
                component,
                "asked",
                kind.uri());
    }

    Message kindNotOffered(String code, String component, KindRef kind, Set<String> offered, String platform) {
        return no(
                code,
                "${platform} does not offer the kind ${asked} for the ${resource}; it offers: ${limit}.",
                "resource",
                component,
                "asked",
                name(kind),
                "limit",
                offered.isEmpty() ? "none" : String.join(", ", new TreeSet<>(offered)),
                "platform",
                platform);
    }

    Message schemeNotAllowed(String component, String scheme, Set<String> schemes, String platform) {
        return no(
                SCHEME_NOT_ALLOWED,
                "${platform} does not fetch the ${resource} from \"${asked}\" addresses; it fetches from: ${limit}.",
                "resource",
                component,
                "asked",
                scheme,
                "limit",
                schemes.isEmpty() ? "none" : String.join(", ", new TreeSet<>(schemes)),
                "platform",
                platform);
    }

    Message networkNotOffered(int ports, String platform) {
        return no(
                NETWORK_NOT_OFFERED,
                "${asked} network ports are asked, but runs on ${platform} have no network.",
                "resource",
                "network",
                "asked",
                ports,
                "limit",
                0,
                "platform",
                platform);
    }

    Message objection(Objection objection, String platform) {
        Map<String, String> values = new LinkedHashMap<>(objection.values());
        values.putIfAbsent("platform", platform);
        values.putIfAbsent("resource", subject(objection.code()));
        for (String name : List.of("location", "path", "image", "name")) {
            String asked = values.get(name);
            if (asked != null) {
                values.putIfAbsent("asked", asked);
            }
        }
        return new Message(objection.code(), Message.Level.ERROR, objection.template(), values, now);
    }

    /** What an engine's objection is about: the first word of its code, or the executable as a whole. */
    private static String subject(String code) {
        String first = code.split("-", 2)[0];
        return List.of("data", "volume", "requirements", "repository", "image").contains(first) ? first : "executable";
    }

    /** More than the platform or an allowance has at any time. {@code asked} and {@code most} as the ledger counts. */
    Message tooMuch(Resource resource, long asked, Limit limit) {
        if (!limit.ofPlatform()) {
            return no(
                    OVER_YOUR_LIMIT,
                    "${asked} " + of(resource) + " are needed, but the limit for ${holder} is ${limit} at any time.",
                    "resource",
                    word(resource),
                    "asked",
                    count(resource, asked),
                    "limit",
                    count(resource, limit.most().of(resource)),
                    "unit",
                    unit(resource),
                    "holder",
                    limit.holder(),
                    "grant",
                    limit.grant());
        }
        return no(
                code(resource),
                "${asked} " + of(resource) + " are needed, but ${platform} has ${limit} at any time.",
                "resource",
                word(resource),
                "asked",
                count(resource, asked),
                "limit",
                count(resource, limit.most().of(resource)),
                "unit",
                unit(resource),
                "platform",
                limit.platform());
    }

    /** Enough at some time, but not when it is asked for. */
    Message busy(Resource resource, long asked, long used, Limit limit, String platform, @Nullable Instant earliest) {
        String who = limit.ofPlatform() ? "of ${platform}" : "for ${holder} on ${platform}";
        String taken = "${asked} " + of(resource) + " are needed, but ${used} of the ${limit} " + who
                + " are taken in the time asked";
        String code = limit.ofPlatform() ? (earliest == null ? BUSY : BUSY_UNTIL) : OVER_YOUR_LIMIT;
        String when =
                earliest == null ? ", and as far ahead as can be booked." : "; the earliest start is ${earliest}.";
        return taken(code, taken + when, resource, asked, used, limit, platform, earliest);
    }

    /** Not in the time of another planner's offer; when it would fit only that planner knows. */
    Message takenThen(Resource resource, long asked, long used, Limit limit, String platform) {
        String text = "${asked} " + of(resource)
                + " are needed, but ${used} of the ${limit} for ${holder} are taken in the time of"
                + " the offer; ask for another time, or for less.";
        return taken(limit.ofPlatform() ? BUSY : OVER_YOUR_LIMIT, text, resource, asked, used, limit, platform, null);
    }

    private Message taken(
            String code,
            String text,
            Resource resource,
            long asked,
            long used,
            Limit limit,
            String platform,
            @Nullable Instant earliest) {
        return no(
                code,
                text,
                "resource",
                word(resource),
                "asked",
                count(resource, asked),
                "limit",
                count(resource, limit.most().of(resource)),
                "used",
                count(resource, used),
                "unit",
                unit(resource),
                "holder",
                limit.holder(),
                "grant",
                limit.grant(),
                "platform",
                platform,
                "earliest",
                earliest);
    }

    Message acceleratorTypeNotOffered(String type, String platform) {
        return no(
                ACCELERATOR_TYPE_NOT_OFFERED,
                "${platform} does not promise a certain type or memory of accelerator: ${asked}.",
                "resource",
                "accelerators",
                "asked",
                type,
                "limit",
                "any",
                "platform",
                platform);
    }

    Message maxBelowLeast(Resource resource, long max, long least) {
        return no(
                MAX_BELOW_LEAST,
                "At most ${asked} " + of(resource) + " are asked, but nothing runs with less than ${limit}.",
                "resource",
                word(resource),
                "asked",
                max,
                "limit",
                least,
                "unit",
                unit(resource));
    }

    Message noShapeFits(String asked, String shapes, String platform) {
        return no(
                NO_SHAPE_FITS,
                "${platform} has only fixed sizes (${limit}), and none of them gives ${asked}.",
                "resource",
                "shape",
                "asked",
                asked,
                "limit",
                shapes,
                "platform",
                platform);
    }

    /** @param lifetime how long an offer stands at most */
    Message tooManyOpenOffers(Limit limit, int used, Duration lifetime) {
        return no(
                TOO_MANY_OPEN_OFFERS,
                "${used} open offers are held for ${holder}, and the limit is ${limit}; accept or reject some, or ask"
                        + " with hold=false. Those of now run out by ${earliest}.",
                "resource",
                "offers",
                "asked",
                1,
                "limit",
                limit.maxHeld(),
                "used",
                used,
                "unit",
                "offers",
                "holder",
                limit.holder(),
                "grant",
                limit.grant(),
                "earliest",
                now.plus(lifetime));
    }

    /**
     * @param who the platform's id or a holder
     * @param grant of the holder's limit
     */
    Message tooLong(Duration asked, Duration limit, String who, boolean platform, @Nullable String grant) {
        return no(
                TOO_LONG,
                "A run of ${asked} is asked, but the longest for ${" + (platform ? "platform" : "holder")
                        + "} is ${limit}.",
                "resource",
                "duration",
                "asked",
                asked,
                "limit",
                limit,
                platform ? "platform" : "holder",
                who,
                "grant",
                platform ? null : grant);
    }

    Message startIsOver(Instant end) {
        return no(
                START_IS_OVER,
                "The run should start by ${asked}, but it is ${limit} already.",
                "resource",
                "start",
                "asked",
                end,
                "limit",
                now);
    }

    Message startTooSoon(Instant end, Instant earliest, String platform) {
        return no(
                START_TOO_SOON,
                "The run should start by ${asked}, but ${platform} needs until ${earliest} to prepare it.",
                "resource",
                "start",
                "asked",
                end,
                "limit",
                earliest,
                "earliest",
                earliest,
                "platform",
                platform);
    }

    Message startTooFar(Instant start, Instant limit, String platform, String holder, @Nullable String grant) {
        return no(
                START_TOO_FAR,
                "The run should not start before ${asked}, but starts on ${platform} for ${holder} are booked until"
                        + " ${limit} only.",
                "resource",
                "start",
                "asked",
                start,
                "limit",
                limit,
                "platform",
                platform,
                "holder",
                holder,
                "grant",
                grant);
    }

    /** Others were faster every time. */
    Message contended() {
        return no(
                CONTENDED,
                "Others took what was about to be offered, several times in a row; ask again.",
                "resource",
                "offers");
    }

    Message tooExpensive(String type, double asked, double least, String unit, String platform) {
        return no(
                TOO_EXPENSIVE,
                "At most ${asked} ${unit} are to be spent, but the least that can be promised on ${platform} is"
                        + " ${limit}.",
                "resource",
                type,
                "asked",
                plain(asked),
                "limit",
                plain(least),
                "unit",
                unit,
                "platform",
                platform);
    }

    Message costNotQuoted(String type, double asked, String platform) {
        return no(
                COST_NOT_QUOTED,
                "At most ${asked} of ${resource} are to be spent, but ${platform} does not quote that and cannot"
                        + " promise it.",
                "resource",
                type,
                "asked",
                plain(asked),
                "platform",
                platform);
    }

    Message metricNotReached(String type, double asked, double reached, String platform) {
        return no(
                METRIC_NOT_REACHED,
                "At least ${asked} of ${resource} are asked, but ${platform} reaches ${limit}.",
                "resource",
                type,
                "asked",
                plain(asked),
                "limit",
                plain(reached),
                "platform",
                platform);
    }

    Message metricNotOffered(String type, double asked, String platform) {
        return no(
                METRIC_NOT_OFFERED,
                "At least ${asked} of ${resource} are asked, but ${platform} does not measure that and cannot promise"
                        + " it.",
                "resource",
                type,
                "asked",
                plain(asked),
                "platform",
                platform);
    }

    Message largerThanAsked(String shape, Resource resource, long granted, long asked) {
        return message(
                LARGER_THAN_ASKED,
                Message.Level.WARN,
                "The smallest size that fits, ${shape}, gives ${limit} ${unit} of ${resource}; at most ${asked} were"
                        + " asked.",
                "shape",
                shape,
                "resource",
                word(resource),
                "asked",
                asked,
                "limit",
                granted,
                "unit",
                unit(resource));
    }

    Message limitNotEnforced(String what, String platform) {
        return message(
                LIMIT_NOT_ENFORCED,
                Message.Level.WARN,
                "${platform} cannot enforce a limit: ${what}",
                "what",
                what,
                "platform",
                platform);
    }

    Message expected(String what, String platform) {
        return message(EXPECTED, Message.Level.INFO, "${platform}: ${what}", "what", what, "platform", platform);
    }

    /** GiB for what is counted in MiB, with as many decimals as needed; other amounts as they are. */
    static String count(Resource resource, long amount) {
        if (resource != Resource.MEMORY && resource != Resource.STORAGE) {
            return Long.toString(amount);
        }
        BigDecimal gib = BigDecimal.valueOf(amount).divide(BigDecimal.valueOf(Size.MIB));
        return gib.setScale(3, RoundingMode.HALF_UP).stripTrailingZeros().toPlainString();
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    /** Of memory there are GiB; cores are just cores. */
    private static String of(Resource resource) {
        return unit(resource).equals(word(resource)) ? "${resource}" : "${unit} of ${resource}";
    }

    private static String unit(Resource resource) {
        return resource == Resource.MEMORY || resource == Resource.STORAGE ? "GiB" : resource.unit();
    }

    private static String word(Resource resource) {
        return resource.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static String name(KindRef kind) {
        return kind.kind() == null || !kind.uri().isEmpty()
                ? kind.uri()
                : kind.kind().name();
    }

    private static String code(Resource resource) {
        return switch (resource) {
            case CORES -> TOO_MANY_CORES;
            case MEMORY -> NOT_ENOUGH_MEMORY;
            case STORAGE -> NOT_ENOUGH_STORAGE;
            case ACCELERATORS -> NOT_ENOUGH_ACCELERATORS;
            case SESSIONS -> TOO_MANY_SESSIONS;
        };
    }

    private Message no(String code, String template, @Nullable Object... values) {
        return message(code, Message.Level.ERROR, template, values);
    }

    private Message message(String code, Message.Level level, String template, @Nullable Object... values) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i += 2) {
            Object value = values[i + 1];
            if (value != null) {
                map.put(String.valueOf(values[i]), value.toString());
            }
        }
        return new Message(code, level, template, map, now);
    }
}
