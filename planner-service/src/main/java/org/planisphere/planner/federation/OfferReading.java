package org.planisphere.planner.federation;

import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.Ranking;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.offer.Draft;
import org.planisphere.planner.offer.Found;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.PassedOffer;
import org.planisphere.planner.offer.Schedule;
import org.planisphere.planner.platform.Original;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.ComputeRequest;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.ScheduleRequest;
import org.planisphere.planner.task.StorageRequest;
import org.planisphere.planner.task.Task;
import org.planisphere.wire.Cost;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.Metric;
import org.planisphere.wire.MinMax;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.StartDuration;
import org.planisphere.wire.codec.Moments;

/** Reads what another planner offers: into drafts of stand-ins, or to be passed on; lies are left out and told. */
final class OfferReading {
    private static final Duration SIMPLE_WINDOW = Duration.ofMinutes(1);
    /** More offers of one planner than this are stepped over. */
    static final int MOST_OFFERS = 1000;

    private static final int MOST_MESSAGES = 20;
    private static final int LONGEST_TEXT = 1000;

    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\s]+");

    private final FederationSettings settings;
    private final Lies lies = new Lies();

    OfferReading(FederationSettings settings) {
        this.settings = settings;
    }

    /**
     * What one planner's answer comes to.
     *
     * @param asked when the question went out: the offers' lifetimes count from then, by our clock
     * @param held whether the offers hold what they offer
     * @param rest whether some of the answer came before: then no offer is no refusal
     */
    Found read(
            Peer peer,
            OfferSetResponse set,
            Task task,
            String question,
            boolean held,
            boolean rest,
            Instant asked,
            Instant now) {
        List<Draft> drafts = new ArrayList<>();
        List<PassedOffer> passed = new ArrayList<>();
        PassingOn passing = new PassingOn(peer, task);
        List<Message> said = new ArrayList<>();
        List<ExecutionSession> offers = set.offers == null || !"YES".equals(set.result) ? List.of() : set.offers;
        for (ExecutionSession offer : offers.size() > MOST_OFFERS ? offers.subList(0, MOST_OFFERS) : offers) {
            Optional<String> lie;
            URI original = address(offer, held);
            Interval start = start(offer);
            Duration duration = duration(offer.schedule == null ? null : offer.schedule.available);
            Duration lifetime = lifetime(offer, set);
            if (original == null) {
                lie = Optional.of("it has no address");
            } else {
                lie = lies.of(
                        peer, task, offer, original, start, duration, lifetime, question, held, settings.standIn());
            }
            if (lie.isPresent() || original == null) {
                peer.reputation().saw(Reputation.Deed.LIED);
                said.add(Says.lied(peer, lie.orElse("it has no address"), now));
            } else if (settings.standIn()) {
                drafts.add(draft(peer, offer, original, task, start, duration, expires(lifetime, asked, now), now));
            } else {
                passed.add(passing.pass(offer, offer.planner == null ? peer.name() : cut(offer.planner)));
            }
        }
        if (rest) {
            return new Found(drafts, passed, said);
        }
        if (offers.isEmpty() && set.meta != null && set.meta.messages != null) {
            set.meta.messages.stream()
                    .limit(MOST_MESSAGES)
                    .map(message -> message(peer, message, now))
                    .forEach(said::add);
        }
        if (offers.isEmpty() && said.isEmpty()) {
            said.add(Says.remote(peer, "no", "No, and it does not say why.", Map.of(), now));
        }
        return new Found(drafts, passed, said);
    }

    private Draft draft(
            Peer peer,
            ExecutionSession offer,
            URI original,
            Task task,
            @Nullable Interval offeredStart,
            @Nullable Duration offeredDuration,
            Instant expires,
            Instant now) {
        Duration duration = offeredDuration != null
                ? offeredDuration
                : task.schedule().duration() != null
                        ? task.schedule().duration()
                        : settings.platform().usual();
        Duration before = duration(offer.schedule == null ? null : offer.schedule.preparing);
        Duration after = duration(offer.schedule == null ? null : offer.schedule.releasing);
        Interval start = offeredStart != null ? offeredStart : new Interval(now, now.plus(SIMPLE_WINDOW));
        Duration preparing = before == null ? Duration.ZERO : before;
        Instant begin = instant(offer.schedule == null ? null : offer.schedule.preparing);
        Schedule schedule = new Schedule(
                begin == null || begin.isAfter(start.start()) ? start.start().minus(preparing) : begin,
                preparing,
                start,
                duration,
                after == null ? Duration.ZERO : after);
        Range cores = granted(
                offer.compute == null ? null : offer.compute.cores,
                task.compute().cores(),
                1);
        Range memory = granted(
                offer.compute == null ? null : offer.compute.memory,
                task.compute().memory(),
                1);
        List<StorageRequest> storage = new ArrayList<>();
        long gib = 0;
        for (int i = 0; i < task.storage().size(); i++) {
            StorageRequest wanted = task.storage().get(i);
            MinMax given = offer.storage != null && i < offer.storage.size() ? offer.storage.get(i).size : null;
            Range size = granted(given, wanted.size(), 0);
            gib += size.maxOr(0);
            storage.add(new StorageRequest(
                    wanted.kind(),
                    wanted.label(),
                    size,
                    wanted.data(),
                    wanted.minLifetime(),
                    wanted.maxLifetime(),
                    wanted.managed()));
        }
        long accelerators = task.compute().accelerators().stream()
                .mapToLong(wanted -> wanted.count().minOr(1))
                .sum();
        Task closed = new Task(
                task.executable(),
                new ComputeRequest(
                        task.compute().kind(),
                        task.compute().label(),
                        cores,
                        memory,
                        task.compute().accelerators(),
                        task.compute().volumes()),
                storage,
                task.data(),
                new ScheduleRequest(duration, start),
                task.costs(),
                task.metrics());
        List<Message> notes = new ArrayList<>();
        notes.add(Says.standsIn(peer, now));
        if (offer.meta != null && offer.meta.messages != null) {
            offer.meta.messages.stream()
                    .limit(MOST_MESSAGES)
                    .map(message -> message(peer, message, now))
                    .forEach(notes::add);
        }
        List<Bound> metrics = bounds(offer.metrics);
        metrics.removeIf(metric ->
                metric.type().equals(Ranking.RELIABILITY) || metric.type().equals(Ranking.NEARNESS));
        metrics.add(measure(
                Ranking.RELIABILITY, "share of kept promises", peer.reputation().value()));
        metrics.add(measure(Ranking.NEARNESS, "share of the data that are near", peer.nearness(task.data())));
        return new Draft(
                settings.platform().id(),
                closed,
                new Amounts(cores.maxOr(1), memory.maxOr(1) * 1024, gib * 1024, accelerators, 1),
                null,
                schedule,
                expires,
                costs(offer.costs),
                metrics,
                List.of(),
                false,
                notes,
                null,
                new Original(peer.name(), peer.base(), original, offer.platform == null ? null : cut(offer.platform)));
    }

    /** A stand-in ends before its original, so that what is accepted in time here is still to be had there. */
    private Instant expires(@Nullable Duration lifetime, Instant asked, Instant now) {
        Duration stands = lifetime == null ? Duration.ofMinutes(1) : lifetime;
        Instant end = asked.plus(stands).minus(settings.margin());
        return (end.isAfter(now) ? end : now.plusMillis(1)).truncatedTo(ChronoUnit.MICROS);
    }

    private static @Nullable Duration lifetime(ExecutionSession offer, OfferSetResponse set) {
        if (offer.expires == null) {
            return null;
        }
        Instant made = offer.meta != null && offer.meta.created != null
                ? offer.meta.created
                : set.meta != null ? set.meta.created : null;
        return made == null ? Duration.between(Instant.now(), offer.expires) : Duration.between(made, offer.expires);
    }

    private static @Nullable URI address(ExecutionSession offer, boolean held) {
        try {
            String text = offer.meta == null ? null : offer.meta.url;
            if (text == null) {
                // Only what is held is to be found again.
                return held ? null : URI.create("about:blank");
            }
            return URI.create(text);
        } catch (IllegalArgumentException unreadable) {
            return null;
        }
    }

    private static Bound measure(String type, String description, double value) {
        double rounded = Math.round(value * 1000) / 1000.0;
        return new Bound(KindRef.of(Kind.SIMPLE_METRIC), type, description, rounded, rounded);
    }

    static List<Bound> costs(@Nullable List<Cost> costs) {
        List<Bound> bounds = new ArrayList<>();
        if (costs != null) {
            for (Cost cost : costs) {
                if (cost.type != null) {
                    bounds.add(
                            new Bound(KindRef.of(Kind.SIMPLE_COST), cost.type, cost.description, cost.min, cost.max));
                }
            }
        }
        return bounds;
    }

    private static List<Bound> bounds(@Nullable List<Metric> metrics) {
        List<Bound> bounds = new ArrayList<>();
        if (metrics != null) {
            for (Metric metric : metrics) {
                if (metric.type != null) {
                    bounds.add(new Bound(
                            KindRef.of(Kind.SIMPLE_METRIC), metric.type, metric.description, metric.min, metric.max));
                }
            }
        }
        return bounds;
    }

    /** What another planner said, in its own words, with its name before them. */
    static Message message(Peer peer, org.planisphere.wire.Message message, Instant now) {
        String text = message.message != null ? message.message : message.template == null ? "" : message.template;
        String kind = message.kind == null ? "" : message.kind;
        String code = kind.substring(Math.max(kind.lastIndexOf('/'), kind.lastIndexOf(':')) + 1);
        Map<String, String> values = new HashMap<>();
        if (message.values != null) {
            message.values.asMap().forEach((name, value) -> values.put(name, cut(value)));
        }
        Message said = Says.remote(peer, code.matches("[a-z-]{1,60}") ? code : "", cut(text), values, now);
        Message.Level level = "INFO".equals(message.level) || "DEBUG".equals(message.level)
                ? Message.Level.INFO
                : "WARN".equals(message.level) ? Message.Level.WARN : Message.Level.ERROR;
        return new Message(said.code(), level, said.template(), said.values(), now);
    }

    private static String cut(String text) {
        String line = UNPRINTABLE.matcher(text).replaceAll(" ").strip();
        return line.length() > LONGEST_TEXT ? line.substring(0, LONGEST_TEXT) + "…" : line;
    }

    private static Range granted(@Nullable MinMax given, Range asked, long least) {
        Long most = given == null ? null : given.max != null ? given.max : given.min;
        long value = Math.max(0, most != null ? most : asked.minOr(least));
        return Range.of(value, value);
    }

    static @Nullable Interval start(ExecutionSession offer) {
        StartDuration available = offer.schedule == null ? null : offer.schedule.available;
        if (available == null || available.start == null) {
            return null;
        }
        String[] ends = available.start.split("/", 2);
        try {
            Instant from = Moments.parse(ends[0].strip());
            Instant until = ends.length < 2
                    ? from
                    : ends[1].strip().startsWith("P")
                            ? from.plus(Duration.parse(ends[1].strip()))
                            : Moments.parse(ends[1].strip());
            return until.isBefore(from) ? null : new Interval(from, until);
        } catch (DateTimeException | ArithmeticException unreadable) {
            return null;
        }
    }

    static @Nullable Instant instant(@Nullable StartDuration part) {
        try {
            return part == null || part.start == null ? null : Moments.parse(part.start.strip());
        } catch (DateTimeException unreadable) {
            return null;
        }
    }

    static @Nullable Duration duration(@Nullable StartDuration part) {
        try {
            Duration duration = part == null || part.duration == null ? null : Duration.parse(part.duration.strip());
            return duration == null || duration.isNegative() || duration.toDays() > 36_500 ? null : duration;
        } catch (DateTimeException | ArithmeticException unreadable) {
            return null;
        }
    }
}
