package org.planisphere.registry.door;

import jakarta.persistence.PersistenceException;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.search.SearchIndex;
import org.planisphere.registry.store.Records;
import org.planisphere.registry.store.SourceRow;
import org.planisphere.registry.store.Sources;

/**
 * What an operator puts alarms on: sources that cannot be harvested or brought far fewer records than before, planners
 * that do not answer, and records in quarantine. The database is asked every fifteen seconds at most; without an answer
 * figures are no numbers. Thread safe.
 */
public final class Figures {
    private static final long FRESH = Duration.ofSeconds(15).toNanos();
    private static final System.Logger LOG = System.getLogger(Figures.class.getName());

    private final Records records;
    private final SearchIndex index;
    private final Sources sources;
    private final RelationsKeeper relations;
    private @Nullable Counts counts;
    private long counted;

    Figures(Records records, SearchIndex index, Sources sources, RelationsKeeper relations) {
        this.records = records;
        this.index = index;
        this.sources = sources;
        this.relations = relations;
    }

    /** Takes figures in, in Prometheus's words. */
    public interface Sink {
        void gauge(String name, String help, String labels, DoubleSupplier value);
    }

    private record Counts(
            long planners, long stale, long down, long sources, long failing, long missing, long quarantined) {}

    /** Names every figure of the registry. */
    public void tell(Sink sink) {
        sink.gauge("planisphere_registry_records", "Records that can be found.", "", index::size);
        sink.gauge(
                "planisphere_registry_relations_left",
                "Records whose relations for queries are still to be made anew.",
                "",
                relations::left);
        String planners = "planisphere_registry_planners";
        String ofPlanners = "Registered services, all of them and those that are stale or down.";
        sink.gauge(planners, ofPlanners, "state=\"all\"", of(Counts::planners));
        sink.gauge(planners, ofPlanners, "state=\"stale\"", of(Counts::stale));
        sink.gauge(planners, ofPlanners, "state=\"down\"", of(Counts::down));
        String harvested = "planisphere_registry_sources";
        String ofSources =
                "Harvested sources: all, those that failed three times or more, those that brought far fewer records.";
        sink.gauge(harvested, ofSources, "state=\"all\"", of(Counts::sources));
        sink.gauge(harvested, ofSources, "state=\"failing\"", of(Counts::failing));
        sink.gauge(harvested, ofSources, "state=\"missing\"", of(Counts::missing));
        sink.gauge(
                "planisphere_registry_quarantined",
                "Harvested records that are held in quarantine.",
                "",
                of(Counts::quarantined));
    }

    private DoubleSupplier of(ToDoubleFunction<Counts> figure) {
        return () -> {
            Counts now = counts();
            return now == null ? Double.NaN : figure.applyAsDouble(now);
        };
    }

    private synchronized @Nullable Counts counts() {
        long now = System.nanoTime();
        if (counts == null || now - counted > FRESH) {
            try {
                counts = count();
            } catch (PersistenceException e) {
                LOG.log(System.Logger.Level.DEBUG, "figures are not to be had: " + e.getMessage());
                counts = null;
            }
            counted = now;
        }
        return counts;
    }

    private Counts count() {
        List<?> planners = records.read(manager -> manager.createNativeQuery(
                        "SELECT stale, availability, COUNT(*) FROM registry_record WHERE managed"
                                + " AND capabilities_url IS NOT NULL AND status = 'active' GROUP BY stale, availability")
                .getResultList());
        long all = 0;
        long stale = 0;
        long down = 0;
        for (Object row : planners) {
            Object[] group = (Object[]) row;
            long number = ((Number) group[2]).longValue();
            all += number;
            stale += Boolean.TRUE.equals(group[0]) ? number : 0;
            down += "down".equals(group[1]) ? number : 0;
        }
        List<SourceRow> known = sources.all();
        return new Counts(
                all,
                stale,
                down,
                known.size(),
                known.stream()
                        .filter(source -> source.alarm && source.failures > 0)
                        .count(),
                known.stream()
                        .filter(source -> source.alarm && source.failures == 0)
                        .count(),
                sources.held());
    }
}
