package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.registry.publish.Refusal;
import org.planisphere.registry.publish.Registry;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.search.Wanted;
import org.planisphere.registry.store.RecordRow;

class RegistryTest {
    private static final String A = "http://a.example:8081/planner";
    private static final String B = "http://b.example/planner";

    private static Wanted wanted(@Nullable String standardId, String... words) {
        return Wanted.ALL
                .withStandard(standardId)
                .withText(words.length == 0 ? null : String.join(" ", words))
                .page(null, 100);
    }

    private static List<String> found(Fixture fixture, Wanted wanted) {
        return fixture.registry.search(wanted).rows().stream()
                .map(row -> row.identifier)
                .toList();
    }

    private static void refused(Refusal.Why why, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.why()).isEqualTo(why));
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void aPlannerIsRegisteredFromWhatItSaysOfItself(DatabaseKind kind) throws Exception {
        try (Fixture f = new Fixture(kind)) {
            f.web.planner(A).planner(B);
            RecordRow row = f.registry.register(Fixture.of(A + "/capabilities", "First"), Fixture.PUBLISHER);
            f.registry.register(Fixture.of(B + "/capabilities", "Second"), Fixture.PUBLISHER);

            assertThat(row.identifier).isEqualTo("ivo://example.planner/planner/a.example-8081");
            assertThat(found(f, wanted("IVO://IVOA.net/std/executionBroker")))
                    .containsExactly(
                            "ivo://example.planner/planner/a.example-8081", "ivo://example.planner/planner/b.example");
            assertThat(found(f, wanted("ivo://ivoa.net/std/ExecutionBroker#REST-1.0", "first")))
                    .containsExactly("ivo://example.planner/planner/a.example-8081");
            assertThat(found(f, wanted("ivo://ivoa.net/std/ExecutionBrok"))).isEmpty();
            assertThat(f.registry.find(new Ivoid("ivo://EXAMPLE.planner/planner/A.example-8081")))
                    .hasValueSatisfying(found -> {
                        assertThat(found.record)
                                .contains("xsi:type=\"vs:ParamHTTP\"")
                                .contains("xsi:type=\"vr:Service\"");
                        assertThat(found.faults).isNull();
                        assertThat(found.summary().capabilities()).hasSize(3);
                        assertThat(found.summary().capabilities())
                                .flatExtracting(capability -> capability.interfaces())
                                .hasSize(5);
                    });
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void registeringAgainChangesNothingAndKeepsTheTime(DatabaseKind kind) throws Exception {
        try (Fixture f = new Fixture(kind)) {
            f.web.planner(A);
            RecordRow first = f.registry.register(Fixture.of(A + "/capabilities"), Fixture.PUBLISHER);
            f.clock.move(Duration.ofHours(1));
            RecordRow again = f.registry.register(Fixture.of(A + "/capabilities"), Fixture.PUBLISHER);
            assertThat(again.changed()).isEqualTo(first.changed());

            f.web.put(A + "/capabilities", FakeWeb.capabilities(A, "ivo://ivoa.net/std/ExecutionBroker#rest-2.0"));
            RecordRow changed = f.registry.register(Fixture.of(A + "/capabilities"), Fixture.PUBLISHER);
            assertThat(changed.changed()).isEqualTo(f.clock.instant());
            assertThat(changed.created.toInstant()).isEqualTo(first.changed());
            assertThat(found(f, wanted("ivo://ivoa.net/std/ExecutionBroker#rest-1.0")))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void manyWhoRegisterTheSameAtOnceLeaveOneRecord(DatabaseKind kind) throws Exception {
        try (Fixture f = new Fixture(kind)) {
            f.web.planner(A);
            ExecutorService pool = Executors.newFixedThreadPool(4);
            try {
                CountDownLatch start = new CountDownLatch(1);
                List<Future<RecordRow>> calls = java.util.stream.IntStream.range(0, 8)
                        .mapToObj(i -> pool.submit(() -> {
                            start.await();
                            return f.registry.register(Fixture.of(A + "/capabilities"), Fixture.PUBLISHER);
                        }))
                        .toList();
                start.countDown();
                for (Future<RecordRow> call : calls) {
                    call.get();
                }
            } finally {
                pool.shutdownNow();
            }
            assertThat(found(f, wanted("ivo://ivoa.net/std/ExecutionBroker"))).hasSize(1);
            assertThat(f.registry
                            .search(wanted("ivo://ivoa.net/std/ExecutionBroker"))
                            .rows()
                            .get(0)
                            .summary()
                            .capabilities())
                    .flatExtracting(capability -> capability.interfaces())
                    .hasSize(5);
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void aServiceThatFallsSilentStaysAndIsMarked(DatabaseKind kind) throws Exception {
        try (Fixture f = new Fixture(kind)) {
            f.web.planner(A);
            RecordRow row = f.registry.register(Fixture.of(A + "/capabilities"), Fixture.PUBLISHER);
            f.context.watch().poll();
            assertThat(state(f, row)).isEqualTo("up false");

            f.web.put(A + "/availability", FakeWeb.availability(false)).remove(A + "/capabilities");
            f.context.watch().poll();
            f.context.watch().refresh();
            assertThat(state(f, row)).isEqualTo("down true");
            assertThat(f.registry.find(new Ivoid(row.identifier)).orElseThrow().changed())
                    .isEqualTo(row.changed());

            f.web.planner(A);
            f.context.watch().poll();
            f.context.watch().refresh();
            assertThat(state(f, row)).isEqualTo("up false");
        }
    }

    private static String state(Fixture f, RecordRow row) {
        RecordRow now = f.registry.find(new Ivoid(row.identifier)).orElseThrow();
        return now.availability + " " + now.stale;
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void whatIsDeletedLeavesATombstone(DatabaseKind kind) throws Exception {
        try (Fixture f = new Fixture(kind)) {
            Ivoid ivoid = new Ivoid("ivo://example.planner/Thing");
            publish(f, ivoid.given(), "A thing");
            f.clock.move(Duration.ofMinutes(1));
            f.registry.delete(ivoid, Fixture.PUBLISHER);
            assertThat(f.registry.find(ivoid)).hasValueSatisfying(row -> {
                assertThat(row.status).isEqualTo("deleted");
                assertThat(row.changed()).isEqualTo(f.clock.instant());
                assertThat(row.record).contains("status=\"deleted\"");
            });
            assertThat(found(f, wanted(null, "thing"))).isEmpty();
            f.clock.move(Duration.ofMinutes(1));
            f.registry.delete(ivoid, Fixture.PUBLISHER);
            assertThat(f.registry.find(ivoid).orElseThrow().changed()).isBefore(f.clock.instant());
            publish(f, ivoid.given(), "Back again");
            assertThat(found(f, wanted(null, "back"))).containsExactly(ivoid.given());
            refused(
                    Refusal.Why.NOT_FOUND,
                    () -> f.registry.delete(new Ivoid("ivo://example.planner/none"), Fixture.PUBLISHER));
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void whatIsSearchedForIsTakenLiterally(DatabaseKind kind) throws Exception {
        try (Fixture f = new Fixture(kind)) {
            publish(f, "ivo://example.planner/one", "100% of it_all");
            publish(f, "ivo://example.planner/two", "1000 of its alls; DROP TABLE");
            assertThat(found(f, wanted(null, "100%"))).containsExactly("ivo://example.planner/one");
            assertThat(found(f, wanted(null, "it_all")))
                    .as("whole words before the beginnings of longer ones")
                    .containsExactly("ivo://example.planner/one", "ivo://example.planner/two");
            assertThat(found(f, wanted(null, "drop", "TABLE"))).containsExactly("ivo://example.planner/two");
            for (String odd : List.of("' OR '1'='1", "%", "_!_", "\\", "!", "'; DELETE FROM registry_record; --")) {
                assertThat(found(f, wanted(odd, "zzz", odd))).isEmpty();
            }
            assertThat(found(f, wanted(null, "of"))).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void pagesByKeyHoldEveryRecordOnce(DatabaseKind kind) throws Exception {
        try (Fixture f = new Fixture(kind)) {
            for (int i = 0; i < 25; i++) {
                publish(f, "ivo://example.planner/page" + (char) ('a' + i), "Paged " + i);
            }
            List<String> seen = new java.util.ArrayList<>();
            String after = null;
            do {
                Registry.Hits page =
                        f.registry.search(Wanted.ALL.withText("paged").page(after, 7));
                page.rows().forEach(row -> seen.add(row.ivoid));
                after = page.next();
            } while (after != null);
            assertThat(seen).hasSize(25).doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void onlyPublishersWriteAndOnlyUnderTheManagedAuthority(DatabaseKind kind) {
        try (Fixture f = new Fixture(kind)) {
            f.web.planner(A).put("http://a.example/html", "<html/>").put("http://a.example/bomb", """
                    <!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><x>&b;</x>""");
            f.web.put("http://a.example/other", FakeWeb.capabilities(A, "ivo://ivoa.net/std/TAP"));
            f.web.put("http://a.example/large", "<a>" + "x".repeat(Registry.LONGEST) + "</a>");
            f.web.put("http://a.example/deep", "<a>".repeat(50_000));
            Registry r = f.registry;
            refused(Refusal.Why.NOT_AUTHENTICATED, () -> r.register(Fixture.of(A + "/capabilities"), Caller.ANONYMOUS));
            refused(Refusal.Why.NOT_ALLOWED, () -> r.register(Fixture.of(A + "/capabilities"), Fixture.SOMEBODY));
            for (String bad : List.of(
                    "http://a.example/none",
                    "http://a.example/html",
                    "http://a.example/bomb",
                    "http://a.example/other",
                    "http://a.example/large",
                    "http://a.example/deep",
                    "file:///etc/passwd",
                    "http://u:p@a.example/",
                    "not an address",
                    "")) {
                refused(Refusal.Why.INVALID, () -> r.register(Fixture.of(bad), Fixture.PUBLISHER));
            }
            refused(
                    Refusal.Why.NOT_ALLOWED,
                    () -> r.register(
                            new Registry.Registration(
                                    A + "/capabilities", "ivo://foreign.org/x", null, null, null, null, null),
                            Fixture.PUBLISHER));
            refused(Refusal.Why.NOT_ALLOWED, () -> publish(f, "ivo://foreign.org/x", "Foreign"));
            refused(Refusal.Why.NOT_ALLOWED, () -> publish(f, "ivo://example.planner/registry", "Taken"));
            refused(Refusal.Why.INVALID, () -> publish(f, "ivo://example.planner/x", ""));
            refused(Refusal.Why.INVALID, () -> publish(f, "not an identifier", "x"));
            assertThat(found(f, wanted("ivo://ivoa.net/std/ExecutionBroker"))).isEmpty();
        }
    }

    private static RecordRow publish(Fixture f, String identifier, String title) throws Refusal {
        return f.registry.publish(
                Fixture.record(identifier, title).getBytes(StandardCharsets.UTF_8), null, Fixture.PUBLISHER);
    }
}
