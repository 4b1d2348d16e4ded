package org.planisphere.registry.store;

import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where records are harvested from, how past harvests went, and what is held in quarantine. Thread safe; every call is a
 * transaction of its own and blocks on the database.
 */
public final class Sources {
    private final Records records;

    public Sources(Records records) {
        this.records = records;
    }

    /** How it stands with a source of records. */
    public Optional<SourceRow> find(String url) {
        return records.read(manager -> Optional.ofNullable(manager.find(SourceRow.class, url)));
    }

    /** Every source that was ever found or harvested, by address. */
    public List<SourceRow> all() {
        return records.read(
                manager -> manager.createQuery("SELECT s FROM RegistrySource s ORDER BY s.url", SourceRow.class)
                        .getResultList());
    }

    /** Changes a source, new and empty when there was none. */
    public SourceRow change(String url, Consumer<SourceRow> change) {
        return records.transaction(manager -> {
            SourceRow known = manager.find(SourceRow.class, url, LockModeType.PESSIMISTIC_WRITE);
            SourceRow row = known == null ? new SourceRow() : known;
            row.url = url;
            change.accept(row);
            if (known == null) {
                manager.persist(row);
            }
            return row;
        });
    }

    /**
     * Harvests of a source, the newest first.
     *
     * @param before the number of the last run of the page before; null for the first page
     */
    public List<RunRow> runs(String url, @Nullable Long before, int limit) {
        return records.read(manager -> manager.createQuery(
                        "SELECT r FROM RegistryRun r WHERE r.url = :url AND r.run < :before ORDER BY r.run DESC",
                        RunRow.class)
                .setParameter("url", url)
                .setParameter("before", before == null ? Long.MAX_VALUE : before)
                .setMaxResults(limit)
                .getResultList());
    }

    /**
     * What of a source cannot be taken over and has not been released, by its identifier.
     *
     * @param after the identifier of the last one of the page before; empty for the first page
     */
    public List<QuarantineRow> quarantine(String source, String after, int limit) {
        return records.read(manager -> manager.createQuery(
                        "SELECT q FROM RegistryQuarantine q WHERE q.source = :source AND q.released = :no"
                                + " AND q.place > :after"
                                + " ORDER BY q.place",
                        QuarantineRow.class)
                .setParameter("source", source)
                .setParameter("no", false)
                .setParameter("after", after)
                .setMaxResults(limit)
                .getResultList());
    }

    /** How many records are held, of all sources. */
    public long held() {
        return records.read(manager -> manager.createQuery(
                        "SELECT COUNT(q) FROM RegistryQuarantine q WHERE q.released = :no", Long.class)
                .setParameter("no", false)
                .getSingleResult());
    }
}
