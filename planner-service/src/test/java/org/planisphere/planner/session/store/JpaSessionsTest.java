package org.planisphere.planner.session.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.EntityManagerFactory;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.Offer;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.planner.offer.Schedule;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.session.EventKey;
import org.planisphere.planner.session.Filter;
import org.planisphere.planner.session.Lease;
import org.planisphere.planner.session.Page;
import org.planisphere.planner.session.Phase;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.session.SessionEvent;
import org.planisphere.planner.session.StoredOfferSet;
import org.planisphere.planner.session.Turn;
import org.planisphere.planner.task.AcceleratorRequest;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.ComputeRequest;
import org.planisphere.planner.task.DataRequest;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.ScheduleRequest;
import org.planisphere.planner.task.StorageRequest;
import org.planisphere.planner.task.Task;
import org.planisphere.planner.task.Volume;

abstract class JpaSessionsTest {
    private static final Instant AT = Instant.parse("2026-11-21T06:00:00.123456Z");

    private final DatabaseKind kind;
    private Database opened;
    private DataSource database;
    private EntityManagerFactory managers;
    private JpaSessions store;

    JpaSessionsTest(DatabaseKind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open() {
        opened = Database.open(kind.fresh(4));
        database = opened.dataSource();
        managers = opened.entityManagers("sessions", JpaSessions.ENTITIES);
        store = new JpaSessions(managers, database);
    }

    @AfterEach
    void close() {
        if (opened != null) {
            managers.close();
            opened.close();
        }
    }

    private int run(List<Statement> statements) {
        try (Connection connection = database.getConnection()) {
            int changed = 0;
            for (Statement statement : statements) {
                try (PreparedStatement prepared = connection.prepareStatement(statement.sql())) {
                    int at = 1;
                    for (Object parameter : statement.parameters()) {
                        Object value = parameter == Statement.NOW ? AT : parameter;
                        prepared.setObject(
                                at++, value instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : value);
                    }
                    changed += prepared.executeUpdate();
                }
            }
            return changed;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Message message(String code) {
        return new Message(code, Message.Level.WARN, "${x} \u00e9\u4e2d", Map.of("x", "1"), AT);
    }

    private static Offer offer(Executable executable, Instant created) {
        KindRef kind = new KindRef(Kind.SIMPLE_COMPUTE, "https://example.org/kinds/compute/simple.yaml");
        Task task = new Task(
                executable,
                new ComputeRequest(
                        kind,
                        new Label("box", null),
                        Range.of(2, 2),
                        new Range(4L, null),
                        List.of(new AcceleratorRequest(
                                KindRef.of(Kind.ACCELERATOR), "urn:gpu", Range.of(1, 1), Range.OPEN)),
                        List.of(new Volume(kind, Label.NONE, "in", Volume.Mode.READONLY, "stars"))),
                List.of(new StorageRequest(
                        kind, Label.named("disk"), Range.of(1, 1), List.of("stars"), Duration.ofHours(1), null, true)),
                List.of(new DataRequest(
                        kind,
                        Label.named("stars"),
                        "disk",
                        null,
                        Map.of("endpoint", "https://s3", "rucio", Map.of("n", 1, "list", List.of("a", 2.5))))),
                new ScheduleRequest(Duration.ofMinutes(10), new Interval(created, created.plusSeconds(60))),
                List.of(new Bound(kind, "urn:eur", "money", null, 1.25)),
                List.of());
        return new Offer(
                UUID.randomUUID(),
                "alpha",
                task,
                new Amounts(2, 4096, 1024, 1, 1),
                null,
                new Schedule(
                        created,
                        Duration.ofSeconds(10),
                        new Interval(created.plusSeconds(10), created.plusSeconds(310)),
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(10)),
                created.plusSeconds(300),
                List.of(new Bound(kind, "urn:eur", "money", 0.5, 0.5)),
                List.of(),
                List.of(new Claim(new Account("platform:alpha"), Amounts.WITHOUT_LIMIT, 3)),
                Map.of("executable", UUID.randomUUID()),
                true,
                List.of(message("unenforced")));
    }

    private static Executable process() {
        return new Executable.Process(
                KindRef.of(Kind.PROCESS),
                Label.NONE,
                List.of("echo", "\"\n\u0000".substring(0, 2)),
                Map.of("A", "b"),
                ".");
    }

    private static OfferSet set(String owner, Instant created, Offer... offers) {
        return new OfferSet(
                UUID.randomUUID(),
                owner,
                "https://example.org/",
                created,
                true,
                List.of(offers),
                List.of(message("m")));
    }

    @Test
    void anOfferSetComesBackAsItWas() {
        OfferSet set = set("iss|a", AT, offer(process(), AT), offer(process(), AT));
        run(store.store(set));
        StoredOfferSet found = store.findOfferSet(set.id()).orElseThrow();
        assertThat(found.set()).isEqualTo(set);
        assertThat(found.sessions()).extracting(Session::offer).containsExactlyElementsOf(set.offers());
        assertThat(found.sessions()).allSatisfy(session -> {
            assertThat(session.phase()).isEqualTo(Phase.OFFERED);
            assertThat(session.version()).isZero();
            assertThat(session.created()).isEqualTo(AT);
        });
        assertThat(store.family(set.offers().get(1).id())).isEqualTo(found.sessions());
        assertThat(store.findOfferSet(UUID.randomUUID())).isEmpty();
    }

    @Test
    void aSetOfWhichAnOfferIsTakenAtOnceReadsAsIfThatHadBeenDoneAfterwards() {
        OfferSet set = set("iss|a", AT, offer(process(), AT), offer(process(), AT));
        Session first = Session.offered(set, set.offers().get(0));
        Session second = Session.offered(set, set.offers().get(1));
        Turn taken = accept(first);
        Turn left = accept(second);
        run(store.store(set, List.of(taken, left)));
        List<Session> atOnce = store.family(first.id());
        List<SessionEvent> events = store.events(first.id(), 0, 10);

        OfferSet twin =
                new OfferSet(UUID.randomUUID(), set.owner(), set.kindBase(), AT, true, set.offers(), set.messages());
        run(List.of(
                Statement.of("DELETE FROM session_event"),
                Statement.of("DELETE FROM session"),
                Statement.of("DELETE FROM offer_set WHERE id = ?", set.id())));
        run(store.store(twin));
        run(store.change(taken, null));
        run(store.change(left, null));

        assertThat(store.family(first.id()))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("offerSet")
                .isEqualTo(atOnce);
        assertThat(store.events(first.id(), 0, 10)).isEqualTo(events).hasSize(1);
    }

    @Test
    void aNoIsKeptToo() {
        OfferSet set = set("iss|a", AT);
        run(store.store(set));
        assertThat(store.findOfferSet(set.id()).orElseThrow().set()).isEqualTo(set);
    }

    @Test
    void everyKindOfExecutableComesBackAsItWas() {
        KindRef kind = new KindRef(null, "urn:unknown");
        Executable.Repository repository = new Executable.Repository("https://git", "main", null);
        for (Executable executable : List.of(
                process(),
                new Executable.PythonProgram(kind, Label.NONE, "file:a.py", null, "numpy", List.of("-x"), Map.of()),
                new Executable.JavaProgram(kind, Label.NONE, null, repository, "Main", List.of(), List.of("-Xmx1g")),
                new Executable.JupyterNotebook(kind, Label.NONE, "https://n", true),
                new Executable.BinderNotebook(kind, Label.NONE, repository, "a.ipynb", true),
                new Executable.ZeppelinNotebook(kind, Label.NONE, "https://z", List.of("scala")),
                new Executable.DockerContainer(
                        kind,
                        Label.NONE,
                        new Executable.Image(List.of("docker:x"), "sha256:0", "amd64", "linux"),
                        false,
                        List.of("run"),
                        null,
                        Map.of(),
                        List.of(new Executable.Port(true, 80, "HTTP", "/"))),
                new Executable.SingularityContainer(kind, Label.NONE, "library:x"),
                new Executable.DockerCompose(kind, Label.NONE, null, "services: {}", Map.of("TAG", "1")),
                new Executable.Workflow(kind, Label.NONE, "CWL", "https://w", null),
                new Executable.Unknown(kind, new Label("x", "y")))) {
            Offer offer = offer(executable, AT);
            run(store.store(set("iss|a", AT, offer)));
            assertThat(store.find(offer.id()).orElseThrow().offer()).isEqualTo(offer);
        }
    }

    private static Turn accept(Session session) {
        Session after = new Session(
                session.id(),
                session.offerSet(),
                session.owner(),
                session.kindBase(),
                Phase.ACCEPTED,
                session.version() + 1,
                session.offer(),
                new Schedule(
                        AT.plusSeconds(5),
                        Duration.ofSeconds(10),
                        session.schedule().start(),
                        Duration.ofMinutes(20),
                        Duration.ofSeconds(10)),
                session.created(),
                AT.plusSeconds(1),
                AT.plusSeconds(1),
                AT.plusSeconds(2),
                AT.plusSeconds(3),
                7,
                Phase.FAILED,
                List.of(session.offer().messages().get(0), message("own")),
                List.of(new LiveConnector("port", "HTTP", "http://127.0.0.1:32768/lab", 8888)));
        return new Turn(
                session,
                after,
                List.of(new SessionEvent(
                        session.id(),
                        after.version(),
                        AT.plusSeconds(1),
                        "phase",
                        Phase.ACCEPTED,
                        message("accepted"))));
    }

    private Session stored() {
        Offer offer = offer(process(), AT);
        run(store.store(set("iss|a", AT, offer)));
        return store.find(offer.id()).orElseThrow();
    }

    @Test
    void aChangeComesBackAsItWasWithItsEvents() {
        Session session = stored();
        Turn turn = accept(session);
        assertThat(run(store.change(turn, null))).isEqualTo(2);
        assertThat(store.find(session.id())).contains(turn.after());
        assertThat(store.events(session.id(), 0, 10)).isEqualTo(turn.events());
        assertThat(store.events(session.id(), 1, 10)).isEmpty();
        assertThat(store.eventsSince(AT, 10)).isEqualTo(turn.events());
        assertThat(store.eventsSince(AT.plusSeconds(2), 10)).isEmpty();
        assertThat(store.eventKeysSince(AT, 10))
                .isEqualTo(turn.events().stream()
                        .map(event -> new EventKey(event.session(), event.number(), event.at()))
                        .toList());
        assertThat(store.eventKeysSince(AT.plusSeconds(2), 10)).isEmpty();
        assertThat(store.active("alpha")).containsExactly(turn.after());
        assertThat(store.active("beta")).isEmpty();
        assertThat(store.activeOf(turn.after().owner())).containsExactly(turn.after());
        assertThat(store.activeOf("somebody else")).isEmpty();
    }

    @Test
    void aChangeOfAnOldVersionChangesNothing() {
        Session session = stored();
        run(store.change(accept(session), null));
        Statement second = store.change(accept(session), null).get(0);
        assertThat(second.mustChangeOne()).isTrue();
        assertThat(run(List.of(second))).isZero();
    }

    @Test
    void aChangeUnderAnOldFenceChangesNothing() {
        Session session = stored();
        SqlLeases leases = new SqlLeases(database);
        Lease old = leases.take("alpha", "one", Duration.ofSeconds(15)).orElseThrow();
        Lease current = leases.take("alpha", "one", Duration.ofSeconds(15)).orElseThrow();
        assertThat(run(List.of(store.change(accept(session), old).get(0)))).isZero();
        assertThat(run(List.of(store.change(accept(session), current).get(0)))).isOne();
    }

    @Test
    void expiresOnlyWhatIsStillOffered() {
        Session one = stored();
        assertThat(run(store.expire(one.id(), message("offer-expired")))).isEqualTo(2);
        assertThat(run(store.expire(one.id(), message("offer-expired")))).isZero();
        assertThat(store.find(one.id()).orElseThrow().phase()).isEqualTo(Phase.EXPIRED);
        assertThat(store.find(one.id()).orElseThrow().ended()).isEqualTo(AT);
        assertThat(store.events(one.id(), 0, 10)).singleElement().satisfies(event -> {
            assertThat(event.number()).isOne();
            assertThat(event.message()).isEqualTo(message("offer-expired"));
        });
        Session other = stored();
        run(store.change(accept(other), null));
        assertThat(run(store.expire(other.id(), message("offer-expired")))).isZero();
        assertThat(store.find(other.id()).orElseThrow().phase()).isEqualTo(Phase.ACCEPTED);
    }

    @Test
    void pagesMeetEveryItemOnceNewestFirst() {
        List<UUID> newest = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            // Several at the same instant, so that the key needs its second half.
            Offer offer = offer(process(), AT.plusSeconds(i / 4));
            run(store.store(set("iss|a", AT.plusSeconds(i / 4), offer)));
            newest.add(offer.id());
        }
        run(store.store(set("iss|b", AT, offer(process(), AT))));
        run(store.change(accept(store.find(newest.get(3)).orElseThrow()), null));
        assertThat(walk(Set.of(), 7)).hasSize(25).containsExactlyInAnyOrderElementsOf(newest);
        assertThat(walk(EnumSet.allOf(Phase.class), 4)).isEqualTo(walk(Set.of(), 1000));
        assertThat(walk(Set.of(Phase.ACCEPTED), 1)).containsExactly(newest.get(3));
        assertThat(walk(Set.of(Phase.COMPLETED), 1)).isEmpty();
        assertThat(store.list("iss|a", new Filter(Set.of(), AT.plusSeconds(1), AT.plusSeconds(3), 50, null))
                        .items())
                .hasSize(8);
        assertThat(sets(3)).hasSize(25).doesNotHaveDuplicates();
        assertThat(store.listOfferSets("iss|a", new Filter(Set.of(Phase.ACCEPTED), null, null, 5, null))
                        .items())
                .hasSize(1);
    }

    private List<UUID> walk(Set<Phase> phases, int limit) {
        List<UUID> seen = new ArrayList<>();
        Instant last = Instant.MAX;
        String next = null;
        do {
            Page<Session> page = store.list("iss|a", new Filter(phases, null, null, limit, next));
            for (Session session : page.items()) {
                assertThat(session.created()).isBeforeOrEqualTo(last);
                last = session.created();
                seen.add(session.id());
            }
            next = page.next();
        } while (next != null);
        return seen;
    }

    private List<UUID> sets(int limit) {
        List<UUID> seen = new ArrayList<>();
        String next = null;
        do {
            Page<StoredOfferSet> page = store.listOfferSets("iss|a", new Filter(Set.of(), null, null, limit, next));
            page.items().forEach(set -> seen.add(set.set().id()));
            next = page.next();
        } while (next != null);
        return seen;
    }

    @Test
    void aMadeUpCursorIsRefused() {
        assertThatThrownBy(() -> new Filter(Set.of(), null, null, 5, "../etc"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Filter(Set.of(), null, null, 0, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Filter(Set.of(), null, null, 1001, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void removesOnlyWhatHasEndedAndThenItsSet() {
        Session session = stored();
        assertThat(store.delete(session.id())).isFalse();
        run(store.expire(session.id(), message("offer-expired")));
        assertThat(store.endedBefore(Phase.EXPIRED, AT, 10)).isEmpty();
        assertThat(store.endedBefore(Phase.EXPIRED, AT.plusSeconds(1), 10)).hasSize(1);
        assertThat(store.removeEmptyOfferSets(AT.plusSeconds(1), 10)).isZero();
        assertThat(store.delete(session.id())).isTrue();
        assertThat(store.delete(session.id())).isFalse();
        assertThat(store.events(session.id(), 0, 10)).isEmpty();
        assertThat(store.removeEmptyOfferSets(AT, 10)).isZero();
        assertThat(store.removeEmptyOfferSets(AT.plusSeconds(1), 10)).isOne();
        assertThat(store.findOfferSet(session.offerSet())).isEmpty();
    }

    @Test
    void instantsDoNotDependOnTheMachinesTimeZone() {
        TimeZone zone = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
            // An hour that this zone has twice.
            Instant first = Instant.parse("2026-11-01T05:30:00Z");
            for (Instant at : List.of(first, first.plusSeconds(3600))) {
                Offer offer = offer(process(), at);
                run(store.store(set("iss|z", at, offer)));
                TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
                assertThat(store.find(offer.id()).orElseThrow().created()).isEqualTo(at);
                TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
                assertThat(store.list("iss|z", new Filter(Set.of(), at, at.plusSeconds(1), 10, null))
                                .items())
                        .as(new Timestamp(at.toEpochMilli()).toString())
                        .hasSize(1);
            }
        } finally {
            TimeZone.setDefault(zone);
        }
    }

    @Test
    void aLeaseIsForOneNodeUntilItRunsOut() {
        SqlLeases leases = new SqlLeases(database);
        Lease one = leases.take("alpha", "one", Duration.ofSeconds(60)).orElseThrow();
        assertThat(leases.take("alpha", "two", Duration.ofSeconds(60))).isEmpty();
        assertThat(leases.renew(one, Duration.ofSeconds(60))).isPresent();
        Lease again = leases.take("alpha", "one", Duration.ofSeconds(60)).orElseThrow();
        assertThat(again.fence()).isGreaterThan(one.fence());
        assertThat(leases.renew(one, Duration.ofSeconds(60))).isEmpty();
        leases.giveBack(one);
        assertThat(leases.take("alpha", "two", Duration.ofSeconds(60))).isEmpty();
        leases.giveBack(again);
        Lease two = leases.take("alpha", "two", Duration.ofSeconds(60)).orElseThrow();
        assertThat(two.fence()).isGreaterThan(again.fence());
        assertThat(Duration.between(Instant.now(), two.until()))
                .isBetween(Duration.ofSeconds(50), Duration.ofSeconds(61));
    }
}
