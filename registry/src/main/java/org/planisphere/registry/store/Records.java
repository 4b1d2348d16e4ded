package org.planisphere.registry.store;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.database.Database;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Resource;
import org.w3c.dom.Element;

/** The records of the registry. Thread safe; every call is a transaction of its own and blocks on the database. */
public final class Records implements AutoCloseable {
    /** Every entity of the registry. */
    private static final List<Class<?>> ENTITIES =
            List.of(RecordRow.class, SourceRow.class, RunRow.class, QuarantineRow.class);

    private static final int ATTEMPTS = 5;
    private static final int AT_ONCE = 500;
    private static final System.Logger LOG = System.getLogger(Records.class.getName());

    private final EntityManagerFactory managers;
    private final RecordListener listener;
    private final LateChanges late = new LateChanges();

    public Records(Database database) {
        this(database, RecordListener.NOBODY);
    }

    /** @param listener is told of every change in the transaction that makes it */
    public Records(Database database, RecordListener listener) {
        this.managers = database.batchingEntityManagers("registry", ENTITIES);
        this.listener = listener;
    }

    /**
     * A stretch of the list by time of change, deleted records included.
     *
     * @param from inclusive, null for the beginning
     * @param until inclusive, null for the end
     * @param after the record behind which it begins, with the time of its change; null for the beginning
     */
    public record Stretch(
            @Nullable Instant from,
            @Nullable Instant until,
            boolean managedOnly,
            @Nullable Instant afterStamp,
            @Nullable String after,
            int limit) {}

    /** What searching needs to know of a record. */
    public record Extract(
            String ivoid, String type, String status, String availability, String summary, long revision) {}

    public Optional<RecordRow> find(Ivoid ivoid) {
        return read(manager -> Optional.ofNullable(manager.find(RecordRow.class, ivoid.key())));
    }

    /** Those records of these keys that are there, in the order of the keys. */
    public List<RecordRow> find(List<String> keys) {
        if (keys.isEmpty()) {
            return List.of();
        }
        return read(manager -> {
            Map<String, RecordRow> found = new HashMap<>();
            manager.createQuery("SELECT r FROM RegistryRecord r WHERE r.ivoid IN :keys", RecordRow.class)
                    .setParameter("keys", keys)
                    .getResultList()
                    .forEach(row -> found.put(row.ivoid, row));
            return keys.stream().filter(found::containsKey).map(found::get).toList();
        });
    }

    /** The record that was made from this address. */
    public Optional<RecordRow> ofCapabilities(String url) {
        return read(manager -> manager.createQuery(
                        "SELECT r FROM RegistryRecord r WHERE r.managed = :managed AND r.capabilitiesUrl = :url"
                                + " AND r.status <> 'deleted' ORDER BY r.ivoid",
                        RecordRow.class)
                .setParameter("managed", true)
                .setParameter("url", url)
                .setMaxResults(1)
                .getResultStream()
                .findFirst());
    }

    /** Every record that is kept true from the service's own capabilities. */
    public List<RecordRow> registered() {
        return read(manager -> manager.createQuery(
                        "SELECT r FROM RegistryRecord r WHERE r.managed = :managed AND r.capabilitiesUrl IS NOT NULL"
                                + " AND r.status = 'active' ORDER BY r.ivoid",
                        RecordRow.class)
                .setParameter("managed", true)
                .getResultList());
    }

    /** The registry's own records that are not deleted. */
    public List<RecordRow> own() {
        return read(manager -> manager.createQuery(
                        "SELECT r FROM RegistryRecord r WHERE r.managed = :managed AND r.origin = 'own'"
                                + " AND r.status <> 'deleted' ORDER BY r.ivoid",
                        RecordRow.class)
                .setParameter("managed", true)
                .getResultList());
    }

    /** The number of the last change of records that has been committed. */
    public long revision() {
        return read(manager -> ((Number) manager.createNativeQuery("SELECT number FROM registry_revision WHERE id = 1")
                        .getSingleResult())
                .longValue());
    }

    /**
     * Records that were changed later than by one change, in the order of the changes.
     *
     * @param until the last change that counts
     * @param after the record behind which it goes on; null for the first page
     */
    public List<Extract> changedSince(long revision, long until, @Nullable Extract after, int limit) {
        return read(manager -> {
            TypedQuery<Object[]> query = manager.createQuery(
                            "SELECT r.ivoid, r.type, r.status, r.availability, r.summary, r.revision"
                                    + " FROM RegistryRecord r WHERE r.revision >= :revision AND (r.revision > :revision"
                                    + (after == null ? "" : " OR r.ivoid > :ivoid")
                                    + ") AND r.revision <= :until ORDER BY r.revision, r.ivoid",
                            Object[].class)
                    .setParameter("revision", after == null ? revision : after.revision())
                    .setParameter("until", until)
                    .setMaxResults(limit);
            if (after != null) {
                query.setParameter("ivoid", after.ivoid());
            }
            return query.getResultList().stream()
                    .map(row -> new Extract(
                            (String) row[0], (String) row[1], (String) row[2], (String) row[3], (String) row[4], (Long)
                                    row[5]))
                    .toList();
        });
    }

    /** The records of a stretch, in the order of their last change and then their identifier. */
    public List<RecordRow> changed(Stretch stretch) {
        List<String> conditions = new ArrayList<>();
        Map<String, Object> parameters = new LinkedHashMap<>();
        if (stretch.managedOnly()) {
            // As a parameter: EclipseLink writes a truth value as a number, which H2 does not compare with one.
            conditions.add("r.managed = :managed");
            parameters.put("managed", true);
        }
        if (stretch.from() != null) {
            conditions.add("r.updated >= :from");
            parameters.put("from", stretch.from().atOffset(ZoneOffset.UTC));
        }
        if (stretch.until() != null) {
            conditions.add("r.updated <= :until");
            parameters.put("until", stretch.until().atOffset(ZoneOffset.UTC));
        }
        if (stretch.afterStamp() != null && stretch.after() != null) {
            // The first condition follows from the second, and lets the database begin at the right place of its index.
            conditions.add("r.updated >= :stamp AND (r.updated > :stamp OR r.ivoid > :after)");
            parameters.put("stamp", stretch.afterStamp().atOffset(ZoneOffset.UTC));
            parameters.put("after", stretch.after());
        }
        String query = "SELECT r FROM RegistryRecord r"
                + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions))
                + " ORDER BY r.updated, r.ivoid";
        return read(manager -> {
            TypedQuery<RecordRow> records =
                    manager.createQuery(query, RecordRow.class).setMaxResults(stretch.limit());
            parameters.forEach(records::setParameter);
            return records.getResultList();
        });
    }

    /** The time of the oldest change. */
    public Optional<Instant> earliest() {
        return read(manager -> manager.createQuery(
                        "SELECT r FROM RegistryRecord r ORDER BY r.updated, r.ivoid", RecordRow.class)
                .setMaxResults(1)
                .getResultStream()
                .findFirst()
                .map(RecordRow::changed));
    }

    /**
     * Changes a record, or makes it, with nobody else at it. When two make it at once, one of them changes what the other
     * made.
     *
     * @param change is given the record, new and empty when there was none, and may be called again
     */
    public RecordRow change(Ivoid ivoid, Consumer<RecordRow> change) {
        for (int attempt = 1; ; attempt++) {
            try {
                return write(writing -> {
                    RecordRow row =
                            writing.manager().find(RecordRow.class, ivoid.key(), LockModeType.PESSIMISTIC_WRITE);
                    RecordRow changed = row == null ? new RecordRow() : row;
                    change.accept(changed);
                    if (row == null && !changed.ivoid.isEmpty()) {
                        writing.manager().persist(changed);
                    }
                    if (!changed.ivoid.isEmpty()) {
                        writing.touch(changed);
                    }
                    return changed;
                });
            } catch (PersistenceException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Notes what a service said when it was asked; does not touch the time of the record's change. */
    public void checked(RecordRow known, String availability, Instant now) {
        if (known.availability.equals(availability)) {
            transaction(manager -> manager.createQuery(
                            "UPDATE RegistryRecord r SET r.checked = :now WHERE r.ivoid = :ivoid")
                    .setParameter("now", now.atOffset(ZoneOffset.UTC))
                    .setParameter("ivoid", known.ivoid)
                    .executeUpdate());
            return;
        }
        note(known.ivoid, row -> {
            row.availability = availability;
            row.checked = now.atOffset(ZoneOffset.UTC);
        });
    }

    /** Notes whether the record could be renewed from its service. */
    public void stale(String ivoid, boolean stale) {
        note(ivoid, row -> row.stale = stale);
    }

    private void note(String ivoid, Consumer<RecordRow> change) {
        var unused = write(writing -> {
            RecordRow row = writing.manager().find(RecordRow.class, ivoid, LockModeType.PESSIMISTIC_WRITE);
            if (row != null) {
                change.accept(row);
                writing.touch(row);
            }
            return ivoid;
        });
    }

    /** Makes the summaries of records that were written before there were summaries. */
    public void upgrade() {
        long done = 0;
        while (true) {
            int some = write(writing -> {
                List<RecordRow> rows = writing.manager()
                        .createQuery(
                                "SELECT r FROM RegistryRecord r WHERE r.revision = 0 ORDER BY r.ivoid", RecordRow.class)
                        .setMaxResults(AT_ONCE)
                        .getResultList();
                for (RecordRow row : rows) {
                    try {
                        row.summary = Resource.read(row.record).summary().write();
                    } catch (Resource.Unusable e) {
                        LOG.log(System.Logger.Level.WARNING, row.ivoid + " cannot be read again: " + e.getMessage());
                    }
                    writing.touch(row);
                }
                return rows.size();
            });
            done += some;
            if (some < AT_ONCE) {
                break;
            }
        }
        if (done > 0) {
            LOG.log(System.Logger.Level.INFO, "made the summaries of " + done + " records");
        }
    }

    /** What the listener makes of a record beforehand, for {@link RecordRow#prepared}. */
    public RecordListener.@Nullable Prepared prepare(Ivoid ivoid, Element root) {
        return listener.prepare(ivoid.key(), root);
    }

    /** Says that thousands of new records come now; {@link #manyHaveCome} must follow. */
    public void manyAreComing() {
        listener.manyAreComing();
    }

    /** @return what could not be made up for yet, and why; null when nothing is left */
    public @Nullable String manyHaveCome() {
        return listener.manyHaveCome();
    }

    /** Tries again what {@link #manyHaveCome} could not do; answers as that. */
    public @Nullable String makeUp() {
        return listener.makeUp();
    }

    /** How many there are, deleted ones included. */
    public long count() {
        return read(manager -> manager.createQuery("SELECT COUNT(r) FROM RegistryRecord r", Long.class)
                .getSingleResult());
    }

    @Override
    public void close() {
        managers.close();
    }

    /** Does something that changes no record, or only reads. */
    public <T> T read(Function<EntityManager, T> work) {
        EntityManager manager = managers.createEntityManager();
        try {
            return work.apply(manager);
        } finally {
            manager.close();
        }
    }

    /** Changes records in one transaction, which nobody else does meanwhile. */
    public <T> T write(Function<Writing, T> work) {
        AtomicReference<@Nullable Writing> made = new AtomicReference<>();
        T result = transaction(manager -> {
            Writing writing = new Writing(manager);
            made.set(writing);
            return work.apply(writing);
        });
        Writing writing = made.get();
        if (writing != null) {
            late.add(writing.revision(), writing.extracts());
        }
        return result;
    }

    /**
     * What one change touched, for whoever follows the changes in their order; told once.
     *
     * @return empty when it must be read from the database
     */
    public Optional<List<Extract>> takeChange(long revision) {
        return late.take(revision);
    }

    /** Does something with other rows than records in one transaction. */
    public <T> T transaction(Function<EntityManager, T> work) {
        EntityManager manager = managers.createEntityManager();
        try {
            manager.getTransaction().begin();
            Changes.begin();
            T result = work.apply(manager);
            Changes.end(manager, listener);
            manager.getTransaction().commit();
            return result;
        } finally {
            if (manager.getTransaction().isActive()) {
                manager.getTransaction().rollback();
            }
            manager.close();
        }
    }
}
