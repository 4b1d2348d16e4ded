package org.planisphere.planner.session.store;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.Offer;
import org.planisphere.planner.offer.OfferArchive;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.planner.offer.Schedule;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.session.Cursor;
import org.planisphere.planner.session.EventKey;
import org.planisphere.planner.session.Filter;
import org.planisphere.planner.session.Lease;
import org.planisphere.planner.session.Page;
import org.planisphere.planner.session.Phase;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.session.SessionEvent;
import org.planisphere.planner.session.SessionStore;
import org.planisphere.planner.session.StoredOfferSet;
import org.planisphere.planner.session.Turn;

/** Sessions in a relational database. Thread safe. Instants are kept to the microsecond. */
public final class JpaSessions implements SessionStore, OfferArchive {
    /** The entities that the entity manager factory must know. */
    public static final List<Class<?>> ENTITIES = List.of(SessionRow.class, OfferSetRow.class);

    private static final String STORE_SET =
            "INSERT INTO offer_set (id, owner, kind_base, created, document) VALUES (?, ?, ?, ?, ?)";
    private static final String FINISH_SET = "UPDATE offer_set SET document = ? WHERE id = ?";
    private static final String STORE_OFFER =
            "INSERT INTO session (id, offer_set, place, owner, kind_base, platform, phase,"
                    + " version, created, modified, expires, start_from, start_until, offer)"
                    + " VALUES (?, ?, ?, ?, ?, ?, 'OFFERED', 0, ?, ?, ?, ?, ?, ?)";
    private static final String STORE_SESSION = "INSERT INTO session (id, offer_set, place, owner, kind_base, platform,"
            + " phase, version, outcome, created, modified, expires, start_from, start_until, accepted, began, ended,"
            + " exit_code, state, offer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String CHANGE = "UPDATE session SET phase = ?, version = ?, outcome = ?, modified = ?,"
            + " start_from = ?, start_until = ?, accepted = ?, began = ?, ended = ?, exit_code = ?, state = ?";
    private static final String OF_VERSION = " WHERE id = ? AND version = ?";
    private static final String FENCED =
            " AND EXISTS (SELECT 1 FROM platform_lease l WHERE l.platform = session.platform AND l.fence = ?)";
    private static final String EXPIRE = "UPDATE session SET phase = 'EXPIRED', version = 1, modified = ?, ended = ?"
            + " WHERE id = ? AND phase = 'OFFERED' AND version = 0";
    private static final Set<Phase> ENDED =
            EnumSet.copyOf(Arrays.stream(Phase.values()).filter(Phase::terminal).toList());
    private static final Set<Phase> ACTIVE =
            EnumSet.copyOf(Arrays.stream(Phase.values()).filter(Phase::active).toList());
    private static final Comparator<Session> NEWEST_FIRST = Comparator.comparing(Session::created)
            .thenComparing(session -> session.id().toString())
            .reversed();

    private final EntityManagerFactory managers;
    private final SessionDocuments documents = new SessionDocuments();
    private final SqlEvents events;

    /**
     * @param managers knows {@link #ENTITIES}, without a shared cache
     * @param database the same
     */
    public JpaSessions(EntityManagerFactory managers, DataSource database) {
        this.managers = managers;
        this.events = new SqlEvents(database, documents);
    }

    // What is changed.

    @Override
    public List<Statement> store(OfferSet set) {
        List<Statement> statements = new ArrayList<>();
        statements.add(alone(set));
        statements.addAll(add(set, 0));
        return statements;
    }

    private Statement alone(OfferSet set) {
        return Statement.of(
                STORE_SET, set.id(), set.owner(), set.kindBase(), micros(set.created()), documents.set(set));
    }

    @Override
    public List<Statement> store(OfferSet set, List<Turn> turns) {
        List<Statement> statements = new ArrayList<>();
        statements.add(alone(set));
        int place = 0;
        for (Turn turn : turns) {
            Session after = turn.after();
            statements.add(Statement.of(
                    STORE_SESSION,
                    after.id(),
                    set.id(),
                    place++,
                    after.owner(),
                    after.kindBase(),
                    after.offer().platform(),
                    after.phase().name(),
                    after.version(),
                    after.outcome() == null ? null : after.outcome().name(),
                    micros(after.created()),
                    micros(after.modified()),
                    micros(after.offer().expires()),
                    micros(after.schedule().start().start()),
                    micros(after.schedule().start().end()),
                    after.accepted() == null ? null : micros(after.accepted()),
                    after.began() == null ? null : micros(after.began()),
                    after.ended() == null ? null : micros(after.ended()),
                    after.exitCode(),
                    documents.state(after.schedule(), own(after), after.connectors()),
                    documents.offer(after.offer())));
        }
        turns.forEach(turn -> turn.events().forEach(event -> statements.add(events.store(event))));
        return statements;
    }

    @Override
    public List<Statement> finish(OfferSet set) {
        return List.of(Statement.of(FINISH_SET, documents.set(set), set.id()));
    }

    @Override
    public List<Statement> add(OfferSet set, int first) {
        List<Statement> statements = new ArrayList<>();
        Instant created = micros(set.created());
        int place = first;
        for (Offer offer : set.offers()) {
            statements.add(Statement.of(
                    STORE_OFFER,
                    offer.id(),
                    set.id(),
                    place++,
                    set.owner(),
                    set.kindBase(),
                    offer.platform(),
                    created,
                    created,
                    micros(offer.expires()),
                    micros(offer.schedule().start().start()),
                    micros(offer.schedule().start().end()),
                    documents.offer(offer)));
        }
        return statements;
    }

    @Override
    public List<Statement> change(Turn turn, @Nullable Lease lease) {
        Session before = turn.before();
        Session after = turn.after();
        boolean terms = !after.offer().equals(before.offer());
        List<@Nullable Object> parameters = new ArrayList<>();
        parameters.add(after.phase().name());
        parameters.add(after.version());
        parameters.add(after.outcome() == null ? null : after.outcome().name());
        parameters.add(micros(after.modified()));
        parameters.add(micros(after.schedule().start().start()));
        parameters.add(micros(after.schedule().start().end()));
        parameters.add(after.accepted() == null ? null : micros(after.accepted()));
        parameters.add(after.began() == null ? null : micros(after.began()));
        parameters.add(after.ended() == null ? null : micros(after.ended()));
        parameters.add(after.exitCode());
        parameters.add(documents.state(after.schedule(), own(after), after.connectors()));
        if (terms) {
            parameters.add(documents.offer(after.offer()));
        }
        parameters.add(before.id());
        parameters.add(before.version());
        if (lease != null) {
            parameters.add(lease.fence());
        }
        String sql = CHANGE + (terms ? ", offer = ?" : "") + OF_VERSION + (lease == null ? "" : FENCED);
        List<Statement> statements = new ArrayList<>();
        statements.add(new Statement(sql, parameters, true));
        turn.events().forEach(event -> statements.add(events.store(event)));
        return statements;
    }

    @Override
    public List<Statement> expire(UUID session, Message message) {
        return List.of(Statement.of(EXPIRE, Statement.NOW, Statement.NOW, session), events.expired(session, message));
    }

    // What is read.

    @Override
    public Optional<Session> find(UUID session) {
        return read(manager ->
                Optional.ofNullable(manager.find(SessionRow.class, session)).map(this::session));
    }

    @Override
    public List<Session> family(UUID session) {
        return read(manager -> sessions(manager.createQuery(
                        "SELECT s FROM SessionRow s WHERE s.offerSet ="
                                + " (SELECT x.offerSet FROM SessionRow x WHERE x.id = :id) ORDER BY s.place",
                        SessionRow.class)
                .setParameter("id", session)));
    }

    @Override
    public Optional<StoredOfferSet> findOfferSet(UUID offerSet) {
        return read(manager -> Optional.ofNullable(manager.find(OfferSetRow.class, offerSet))
                .map(row -> sets(manager, List.of(row)).get(0)));
    }

    @Override
    public Page<Session> list(String owner, Filter filter) {
        return read(manager -> {
            if (filter.phases().isEmpty()) {
                return page(listed(manager, owner, filter, null), filter);
            }
            // One short walk along the index per phase, put together here: flat whatever the phases' shares are.
            List<Session> all = new ArrayList<>();
            for (Phase phase : filter.phases()) {
                all.addAll(listed(manager, owner, filter, phase));
            }
            all.sort(NEWEST_FIRST);
            return page(all, filter);
        });
    }

    private List<Session> listed(EntityManager manager, String owner, Filter filter, @Nullable Phase phase) {
        return sessions(keySet(
                manager,
                SessionRow.class,
                "SELECT t FROM SessionRow t WHERE t.owner = :owner" + (phase == null ? "" : " AND t.phase = :phase"),
                owner,
                filter,
                phase == null ? Map.of() : Map.of("phase", phase)));
    }

    @Override
    public Page<StoredOfferSet> listOfferSets(String owner, Filter filter) {
        return read(manager -> {
            List<OfferSetRow> rows = keySet(
                            manager,
                            OfferSetRow.class,
                            "SELECT t FROM OfferSetRow t WHERE t.owner = :owner"
                                    + (filter.phases().isEmpty()
                                            ? ""
                                            : " AND EXISTS (SELECT s.id FROM SessionRow s WHERE s.offerSet = t.id"
                                                    + " AND s.phase IN :phases)"),
                            owner,
                            filter,
                            filter.phases().isEmpty() ? Map.of() : Map.of("phases", filter.phases()))
                    .getResultList();
            boolean more = rows.size() > filter.limit();
            List<StoredOfferSet> items = sets(manager, more ? rows.subList(0, filter.limit()) : rows);
            StoredOfferSet last = items.isEmpty() ? null : items.get(items.size() - 1);
            return new Page<>(
                    items,
                    more && last != null
                            ? new Cursor(last.set().created(), last.set().id()).text()
                            : null);
        });
    }

    @Override
    public List<Session> active(String platform) {
        return read(manager -> sessions(manager.createQuery(
                        "SELECT s FROM SessionRow s WHERE s.platform = :platform AND s.phase IN :phases",
                        SessionRow.class)
                .setParameter("platform", platform)
                .setParameter("phases", ACTIVE)));
    }

    @Override
    public List<Session> activeOf(String owner) {
        return read(manager -> sessions(manager.createQuery(
                        "SELECT s FROM SessionRow s WHERE s.owner = :owner AND s.phase IN :phases", SessionRow.class)
                .setParameter("owner", owner)
                .setParameter("phases", ACTIVE)));
    }

    @Override
    public List<SessionEvent> events(UUID session, long after, int limit) {
        return events.of(session, after, limit);
    }

    @Override
    public List<EventKey> eventKeysSince(Instant since, int limit) {
        return events.keysSince(since, limit);
    }

    @Override
    public List<SessionEvent> eventsSince(Instant since, int limit) {
        return events.since(since, limit);
    }

    // What is cleaned up.

    @Override
    public boolean delete(UUID session) {
        return write(manager -> {
            int rows = manager.createQuery("DELETE FROM SessionRow s WHERE s.id = :id AND s.phase IN :ended")
                    .setParameter("id", session)
                    .setParameter("ended", ENDED)
                    .executeUpdate();
            if (rows == 1) {
                manager.createNativeQuery("DELETE FROM session_event WHERE session = ?")
                        .setParameter(1, session)
                        .executeUpdate();
            }
            return rows == 1;
        });
    }

    @Override
    public List<Session> endedBefore(Phase phase, Instant instant, int limit) {
        return read(manager -> sessions(manager.createQuery(
                        "SELECT s FROM SessionRow s WHERE s.phase = :phase AND s.ended < :instant ORDER BY s.ended",
                        SessionRow.class)
                .setParameter("phase", phase)
                .setParameter("instant", at(instant))
                .setMaxResults(limit)));
    }

    @Override
    public int removeEmptyOfferSets(Instant madeBefore, int limit) {
        return write(manager -> {
            List<UUID> ids = manager.createQuery(
                            "SELECT o.id FROM OfferSetRow o WHERE o.created < :before AND NOT EXISTS"
                                    + " (SELECT s.id FROM SessionRow s WHERE s.offerSet = o.id) ORDER BY o.created",
                            UUID.class)
                    .setParameter("before", at(madeBefore))
                    .setMaxResults(limit)
                    .getResultList();
            return ids.isEmpty()
                    ? 0
                    : manager.createQuery("DELETE FROM OfferSetRow o WHERE o.id IN :ids")
                            .setParameter("ids", ids)
                            .executeUpdate();
        });
    }

    // From rows to values.

    private static <T> TypedQuery<T> keySet(
            EntityManager manager,
            Class<T> type,
            String select,
            String owner,
            Filter filter,
            Map<String, Object> parameters) {
        Map<String, Object> all = new HashMap<>(parameters);
        all.put("owner", owner);
        StringBuilder text = new StringBuilder(select);
        if (filter.since() != null) {
            text.append(" AND t.created >= :since");
            all.put("since", at(filter.since()));
        }
        if (filter.until() != null) {
            text.append(" AND t.created < :until");
            all.put("until", at(filter.until()));
        }
        if (filter.after() != null) {
            Cursor cursor = Cursor.parse(filter.after());
            text.append(" AND t.created <= :created AND (t.created < :created OR t.id < :id)");
            all.put("created", at(cursor.created()));
            all.put("id", cursor.id());
        }
        text.append(" ORDER BY t.created DESC, t.id DESC");
        TypedQuery<T> query = manager.createQuery(text.toString(), type);
        all.forEach(query::setParameter);
        return query.setMaxResults(filter.limit() + 1);
    }

    private static Page<Session> page(List<Session> sorted, Filter filter) {
        if (sorted.size() <= filter.limit()) {
            return new Page<>(sorted, null);
        }
        Session last = sorted.get(filter.limit() - 1);
        return new Page<>(sorted.subList(0, filter.limit()), new Cursor(last.created(), last.id()).text());
    }

    private List<StoredOfferSet> sets(EntityManager manager, List<OfferSetRow> rows) {
        if (rows.isEmpty()) {
            return List.of();
        }
        Map<UUID, List<Session>> members = new HashMap<>();
        List<UUID> ids = rows.stream().map(row -> row.id).toList();
        for (Session session : sessions(manager.createQuery(
                        "SELECT s FROM SessionRow s WHERE s.offerSet IN :sets ORDER BY s.place", SessionRow.class)
                .setParameter("sets", ids))) {
            members.computeIfAbsent(session.offerSet(), id -> new ArrayList<>()).add(session);
        }
        return rows.stream()
                .map(row -> {
                    List<Session> sessions = members.getOrDefault(row.id, List.of());
                    SessionDocuments.SetDocument said = documents.set(row.document);
                    return new StoredOfferSet(
                            new OfferSet(
                                    row.id,
                                    row.owner,
                                    row.kindBase,
                                    instant(row.created),
                                    true,
                                    sessions.stream().map(Session::offer).toList(),
                                    said.messages(),
                                    said.passedOn()),
                            sessions);
                })
                .toList();
    }

    private List<Session> sessions(TypedQuery<SessionRow> query) {
        return query.getResultList().stream().map(this::session).toList();
    }

    private Session session(SessionRow row) {
        Offer offer = documents.offer(row.offer);
        List<Message> messages = new ArrayList<>(offer.messages());
        Schedule schedule = offer.schedule();
        List<LiveConnector> connectors = List.of();
        if (row.state != null) {
            SessionDocuments.StateDocument state = documents.state(row.state);
            schedule = state.schedule();
            messages.addAll(state.messages());
            connectors = state.connectors();
        }
        return new Session(
                row.id,
                row.offerSet,
                row.owner,
                row.kindBase,
                row.phase,
                row.version,
                offer,
                schedule,
                instant(row.created),
                instant(row.modified),
                row.accepted == null ? null : instant(row.accepted),
                row.began == null ? null : instant(row.began),
                row.ended == null ? null : instant(row.ended),
                row.exitCode,
                row.outcome,
                messages,
                connectors);
    }

    private static List<Message> own(Session session) {
        return session.messages()
                .subList(session.offer().messages().size(), session.messages().size());
    }

    private static Instant micros(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }

    private static OffsetDateTime at(Instant instant) {
        return micros(instant).atOffset(ZoneOffset.UTC);
    }

    private static Instant instant(OffsetDateTime at) {
        return at.toInstant();
    }

    private <T> T read(Function<EntityManager, T> work) {
        try (EntityManager manager = managers.createEntityManager()) {
            return work.apply(manager);
        }
    }

    private <T> T write(Function<EntityManager, T> work) {
        try (EntityManager manager = managers.createEntityManager()) {
            manager.getTransaction().begin();
            try {
                T result = work.apply(manager);
                manager.getTransaction().commit();
                return result;
            } finally {
                if (manager.getTransaction().isActive()) {
                    manager.getTransaction().rollback();
                }
            }
        }
    }
}
