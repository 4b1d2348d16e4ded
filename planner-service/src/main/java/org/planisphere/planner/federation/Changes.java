package org.planisphere.planner.federation;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.Updates;
import org.planisphere.planner.offer.Schedule;
import org.planisphere.planner.session.Originals;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.task.Interval;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.Option;
import org.planisphere.wire.Update;

/** Changes of duration and start as other planners take and tell them. Thread safe; remembers what they allow. */
final class Changes {
    static final String DURATION = "schedule/available/duration";
    static final String START = "schedule/available/start";

    private static final int REMEMBERED = 10_000;

    /** What the originals allowed when they were read last; the oldest are forgotten. */
    private final Map<UUID, Originals.Bounds> known = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Originals.Bounds> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** Remembers what an original allows, by its document. */
    Originals.Bounds learn(UUID session, ExecutionSession now) {
        Originals.Bounds bounds = bounds(now);
        synchronized (known) {
            known.put(session, bounds);
        }
        return bounds;
    }

    Optional<Originals.Bounds> known(UUID session) {
        synchronized (known) {
            return Optional.ofNullable(known.get(session));
        }
    }

    void forget(UUID session) {
        synchronized (known) {
            known.remove(session);
        }
    }

    /** What the options of an original's document allow. */
    static Originals.Bounds bounds(ExecutionSession now) {
        long min = 1;
        long max = 0;
        boolean start = false;
        List<Option> options = now.meta == null || now.meta.options == null ? List.of() : now.meta.options;
        for (Option option : options) {
            String path = option.path == null ? "" : option.path.replaceFirst("^/+", "");
            long unit = seconds(option.units);
            if (path.equals(START) && "uri:string-value-option".equals(option.kind)) {
                start = true;
            } else if (path.equals(DURATION)
                    && "uri:integer-value-option".equals(option.kind)
                    && option.min != null
                    && option.max != null
                    && unit > 0
                    && option.max < Long.MAX_VALUE / unit
                    && option.min >= 0) {
                min = option.min * unit;
                max = option.max * unit;
            }
        }
        return new Originals.Bounds(min, max, start);
    }

    private static long seconds(@Nullable String units) {
        return switch (units == null ? "" : units) {
            case "", "s" -> 1;
            case "min" -> 60;
            case "h" -> 3600;
            default -> 0;
        };
    }

    /** The update by which an original gets the wanted schedule. */
    static Update update(String path, Schedule wanted) {
        return path.equals(DURATION)
                ? Updates.number(DURATION, wanted.duration().toSeconds(), "s")
                : Updates.text(
                        START, wanted.start().start() + "/" + wanted.start().end());
    }

    /** When an original runs, as its document tells; what it does not tell is as before. */
    static Schedule schedule(ExecutionSession now, Session before) {
        Schedule old = before.schedule();
        if (now.schedule == null) {
            return old;
        }
        Interval start = OfferReading.start(now);
        Duration duration = OfferReading.duration(now.schedule.available);
        Duration preparing = OfferReading.duration(now.schedule.preparing);
        Duration releasing = OfferReading.duration(now.schedule.releasing);
        Instant begin = OfferReading.instant(now.schedule.preparing);
        Interval runs = start == null ? old.start() : start;
        Duration ahead = preparing == null ? old.preparingFor() : preparing;
        return new Schedule(
                begin == null || begin.isAfter(runs.start()) ? runs.start().minus(ahead) : begin,
                ahead,
                runs,
                duration == null || duration.isZero() ? old.duration() : duration,
                releasing == null ? old.releasingFor() : releasing);
    }
}
