package org.planisphere.registry.store;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.database.Database;
import org.planisphere.registry.resource.Ivoid;

/** The records of the registry. Thread safe; every call is a transaction of its own and blocks on the database. */
public final class Records implements AutoCloseable {
    /** Every entity of the registry. */
    private static final List<Class<?>> ENTITIES =
            List.of(RecordRow.class, CapabilityRow.class, InterfaceRow.class, SourceRow.class, QuarantineRow.class);

    private static final int ATTEMPTS = 5;

    private final EntityManagerFactory managers;
    private final RecordListener listener;

    public Records(Database database) {
        this(database, RecordListener.NOBODY);
    }

    /** @param listener is told of every change in the transaction that makes it */
    public Records(Database database, RecordListener listener) {
        this.managers = database.entityManagers("registry", ENTITIES);
        this.listener = listener;
    }

    /**
     * What is looked for; an empty text and null look for everything.
     *
     * @param standardId of a capability, in any case; without {@code #} also every version of it
     * @param words all of which are in the record's texts
     * @param capabilityType such as {@code vg:Harvest}
     * @param after the key of the last record of the page before
     */
    public record Wanted(
            @Nullable String standardId,
            List<String> words,
            @Nullable String authority,
            @Nullable String availability,
            @Nullable String capabilityType,
            @Nullable String after,
            int limit) {
        public Wanted {
            words = List.copyOf(words);
        }
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

    public Optional<RecordRow> find(Ivoid ivoid) {
        return read(manager ->
                Optional.ofNullable(manager.find(RecordRow.class, ivoid.key())).map(Records::whole));
    }

    /** The record that was made from this address. */
    public Optional<RecordRow> ofCapabilities(String url) {
        return read(manager -> manager.createQuery(
                        "SELECT r FROM RegistryRecord r WHERE r.capabilitiesUrl = :url AND r.status <> 'deleted'"
                                + " ORDER BY r.ivoid",
                        RecordRow.class)
                .setParameter("url", url)
                .setMaxResults(1)
                .getResultStream()
                .findFirst()
                .map(Records::whole));
    }

    /** Every record that is kept true from the service's own capabilities. */
    public List<RecordRow> registered() {
        return read(manager -> manager
                .createQuery(
                        "SELECT r FROM RegistryRecord r WHERE r.capabilitiesUrl IS NOT NULL AND r.status = 'active'"
                                + " ORDER BY r.ivoid",
                        RecordRow.class)
                .getResultList()
                .stream()
                .map(Records::whole)
                .toList());
    }

    /** One page of records that are not deleted, by identifier. */
    public List<RecordRow> search(Wanted wanted) {
        StringBuilder query = new StringBuilder("SELECT r FROM RegistryRecord r WHERE r.status = 'active'");
        Map<String, Object> parameters = new LinkedHashMap<>();
        if (wanted.standardId() != null) {
            String id = wanted.standardId().toLowerCase(Locale.ROOT);
            boolean any = id.indexOf('#') < 0;
            query.append(
                    " AND EXISTS (SELECT c.index FROM RegistryRecord x JOIN x.capabilities c WHERE x.ivoid = r.ivoid"
                            + " AND (c.standardId = :standard"
                            + (any ? " OR c.standardId LIKE :versions ESCAPE '!'" : "") + "))");
            parameters.put("standard", id);
            if (any) {
                parameters.put("versions", literally(id) + "#%");
            }
        }
        if (wanted.capabilityType() != null) {
            query.append(
                    " AND EXISTS (SELECT t.index FROM RegistryRecord y JOIN y.capabilities t WHERE y.ivoid = r.ivoid"
                            + " AND LOWER(t.type) = :type)");
            parameters.put("type", wanted.capabilityType().toLowerCase(Locale.ROOT));
        }
        for (int i = 0; i < wanted.words().size(); i++) {
            query.append(" AND r.searchText LIKE :word").append(i).append(" ESCAPE '!'");
            parameters.put("word" + i, "%" + literally(wanted.words().get(i).toLowerCase(Locale.ROOT)) + "%");
        }
        if (wanted.authority() != null) {
            query.append(" AND r.authority = :authority");
            parameters.put("authority", wanted.authority().toLowerCase(Locale.ROOT));
        }
        if (wanted.availability() != null) {
            query.append(" AND r.availability = :availability");
            parameters.put("availability", wanted.availability().toLowerCase(Locale.ROOT));
        }
        if (wanted.after() != null) {
            query.append(" AND r.ivoid > :after");
            parameters.put("after", wanted.after().toLowerCase(Locale.ROOT));
        }
        query.append(" ORDER BY r.ivoid");
        return list(query.toString(), parameters, wanted.limit());
    }

    /** The records of a stretch, in the order of their last change and then their identifier. */
    public List<RecordRow> changed(Stretch stretch) {
        StringBuilder query = new StringBuilder("SELECT r FROM RegistryRecord r WHERE 1 = 1");
        Map<String, Object> parameters = new LinkedHashMap<>();
        if (stretch.managedOnly()) {
            // The same as r.managed, which EclipseLink compares with a number, and H2 does not.
            query.append(" AND r.origin <> 'harvested'");
        }
        if (stretch.from() != null) {
            query.append(" AND r.updated >= :from");
            parameters.put("from", stretch.from().atOffset(ZoneOffset.UTC));
        }
        if (stretch.until() != null) {
            query.append(" AND r.updated <= :until");
            parameters.put("until", stretch.until().atOffset(ZoneOffset.UTC));
        }
        if (stretch.afterStamp() != null && stretch.after() != null) {
            query.append(" AND (r.updated > :stamp OR (r.updated = :stamp AND r.ivoid > :after))");
            parameters.put("stamp", stretch.afterStamp().atOffset(ZoneOffset.UTC));
            parameters.put("after", stretch.after());
        }
        query.append(" ORDER BY r.updated, r.ivoid");
        return list(query.toString(), parameters, stretch.limit());
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
                return write(manager -> {
                    RecordRow row = manager.find(RecordRow.class, ivoid.key(), LockModeType.PESSIMISTIC_WRITE);
                    boolean made = row == null;
                    RecordRow changed = row == null ? new RecordRow() : whole(row);
                    change.accept(changed);
                    if (made && !changed.ivoid.isEmpty()) {
                        manager.persist(changed);
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
    public void checked(String ivoid, String availability, Instant now) {
        write(manager -> manager.createQuery(
                        "UPDATE RegistryRecord r SET r.availability = :availability, r.checked = :now"
                                + " WHERE r.ivoid = :ivoid")
                .setParameter("availability", availability)
                .setParameter("now", now.atOffset(ZoneOffset.UTC))
                .setParameter("ivoid", ivoid)
                .executeUpdate());
    }

    /** Notes whether the record could be renewed from its service. */
    public void stale(String ivoid, boolean stale) {
        write(manager -> manager.createQuery("UPDATE RegistryRecord r SET r.stale = :stale WHERE r.ivoid = :ivoid")
                .setParameter("stale", stale)
                .setParameter("ivoid", ivoid)
                .executeUpdate());
    }

    /** How it stands with a source of records. */
    public Optional<SourceRow> source(String url) {
        return read(manager -> Optional.ofNullable(manager.find(SourceRow.class, url)));
    }

    /** Every source that was ever harvested. */
    public List<SourceRow> sources() {
        return read(manager -> manager.createQuery("SELECT s FROM RegistrySource s ORDER BY s.url", SourceRow.class)
                .getResultList());
    }

    /** What of a source cannot be taken over, at most so many. */
    public List<QuarantineRow> quarantine(String source, int limit) {
        return read(manager -> manager.createQuery(
                        "SELECT q FROM RegistryQuarantine q WHERE q.source = :source ORDER BY q.place",
                        QuarantineRow.class)
                .setParameter("source", source)
                .setMaxResults(limit)
                .getResultList());
    }

    /** Changes a source, new and empty when there was none. */
    public SourceRow changeSource(String url, Consumer<SourceRow> change) {
        return write(manager -> {
            SourceRow known = manager.find(SourceRow.class, url, LockModeType.PESSIMISTIC_WRITE);
            SourceRow row = known == null ? new SourceRow() : known;
            change.accept(row);
            if (known == null) {
                manager.persist(row);
            }
            return row;
        });
    }

    @Override
    public void close() {
        managers.close();
    }

    private List<RecordRow> list(String jpql, Map<String, Object> parameters, int limit) {
        return read(manager -> {
            TypedQuery<RecordRow> query =
                    manager.createQuery(jpql, RecordRow.class).setMaxResults(limit);
            parameters.forEach(query::setParameter);
            query.setHint("eclipselink.batch", "r.capabilities");
            query.setHint("eclipselink.batch", "r.interfaces");
            query.setHint("eclipselink.batch.type", "IN");
            List<RecordRow> rows = new ArrayList<>(query.getResultList());
            rows.forEach(Records::whole);
            return rows;
        });
    }

    /** Reads what is read late, before the entity manager closes, in its order. */
    private static RecordRow whole(RecordRow row) {
        var unused = row.capabilities.size();
        unused = row.interfaces.size();
        return row;
    }

    /** A text for LIKE in which no character means another. */
    private static String literally(String text) {
        return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
    }

    <T> T read(Function<EntityManager, T> work) {
        EntityManager manager = managers.createEntityManager();
        try {
            return work.apply(manager);
        } finally {
            manager.close();
        }
    }

    /** Does something in one transaction, with the rows of this registry. */
    public <T> T write(Function<EntityManager, T> work) {
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
