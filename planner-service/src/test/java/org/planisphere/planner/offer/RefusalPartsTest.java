package org.planisphere.planner.offer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.planisphere.planner.offer.RefusalPartsTest.Part.ASKED;
import static org.planisphere.planner.offer.RefusalPartsTest.Part.EARLIEST;
import static org.planisphere.planner.offer.RefusalPartsTest.Part.GRANT;
import static org.planisphere.planner.offer.RefusalPartsTest.Part.LIMIT;
import static org.planisphere.planner.offer.RefusalPartsTest.Part.RESOURCE;
import static org.planisphere.planner.offer.RefusalPartsTest.Part.USED;
import static org.planisphere.planner.offer.RefusalPartsTest.Part.WHO;
import static org.planisphere.planner.offer.Worlds.amounts;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Meter;
import org.planisphere.planner.ledger.Periods;
import org.planisphere.planner.ledger.Resource;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.quota.Budget;
import org.planisphere.planner.quota.Denial;
import org.planisphere.planner.quota.Funding;
import org.planisphere.planner.quota.Rules;
import org.planisphere.planner.quota.Share;
import org.planisphere.planner.quota.Terms;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;

/**
 * Every NO teaches: it names what it is about, what was asked, the limit, what is used of it, whose limit it is, the grant
 * that says so and when it would fit, in words and as values. A rule that lacks a part says here why it has none; a code
 * without a row fails.
 */
class RefusalPartsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant LATER = NOW.plus(Duration.ofHours(3));
    private static final Refusals NO = new Refusals(NOW);
    private static final PolicyWords POLICY = new PolicyWords(NOW);

    private static final Allowance YOURS =
            new Allowance(new Account("you"), "you", amounts(4, 16, 64), 7, Duration.ofHours(4), Duration.ofDays(2));
    private static final Terms TERMS = new Terms(
            "Members",
            Rules.OPEN,
            List.of(YOURS),
            List.of(),
            0,
            new Funding("1", "members", "iam|survey", 1, true),
            new Share("iam|survey", "group iam|survey", 60, Duration.ofHours(1), Map.of("alpha", 0.25)));
    private static final Limit OF_GRANT =
            new Limit(YOURS.account(), YOURS.limit(), YOURS.openOffers(), YOURS.holder(), "", TERMS.grant());
    private static final Limit OF_PLATFORM =
            new Limit(new Account("platform:alpha"), amounts(8, 32, 64), 99, "Alpha", "alpha", null);

    /** What a refusal is made of. */
    enum Part {
        RESOURCE,
        ASKED,
        LIMIT,
        USED,
        /** Whose limit: a platform's id or a holder. */
        WHO,
        GRANT,
        EARLIEST;

        private boolean in(Map<String, String> values) {
            return this == WHO
                    ? values.containsKey("platform") || values.containsKey("holder")
                    : values.containsKey(name().toLowerCase(Locale.ROOT));
        }
    }

    /** @param without which parts it lacks, and why, in the words of {@link Why} */
    private record Row(Message message, Map<Part, Why> without) {
        @Override
        public String toString() {
            return message.code() + ": " + message.text();
        }
    }

    /** Why a refusal may lack a part. */
    private enum Why {
        /** It is true at every time, so nothing is used and no time would do. */
        AT_ANY_TIME,
        /** The platform is made so, whoever asks. */
        NOT_THE_POLICY_S,
        /** It is about the planner as a whole. */
        NOBODY_S,
        /** There is no number or list to keep to. */
        NO_LIMIT,
        /** Whatever is asked. */
        ANYTHING,
        /** Looked for as far ahead as can be booked. */
        NEVER_FITS,
        /** Its times are not ours. */
        ANOTHER_PLANNER_KNOWS
    }

    private static Row always(Message message) {
        return new Row(message, Map.of(USED, Why.AT_ANY_TIME, EARLIEST, Why.AT_ANY_TIME, GRANT, Why.NOT_THE_POLICY_S));
    }

    private static Row granted(Message message) {
        return new Row(message, Map.of(USED, Why.AT_ANY_TIME, EARLIEST, Why.AT_ANY_TIME));
    }

    private static Row without(Row row, Part part, Why why) {
        Map<Part, Why> all = new java.util.EnumMap<>(Part.class);
        all.putAll(row.without);
        all.put(part, why);
        return new Row(row.message, all);
    }

    static Stream<Row> rows() {
        List<Row> rows = new ArrayList<>();
        KindRef kind = new KindRef(null, "https://example.org/kinds/x.yaml");
        KindRef known = KindRef.of(Kind.SIMPLE_COST);
        rows.add(without(without(always(NO.kindUnknown("executable", kind)), WHO, Why.NOBODY_S), LIMIT, Why.NO_LIMIT));
        for (String code :
                List.of(Refusals.KIND_NOT_OFFERED, Refusals.STORAGE_KIND_NOT_OFFERED, Refusals.DATA_KIND_NOT_OFFERED)) {
            rows.add(always(NO.kindNotOffered(code, "executable", known, Set.of("process"), "alpha")));
        }
        rows.add(always(NO.schemeNotAllowed("data", "ftp", Set.of("https"), "alpha")));
        rows.add(always(NO.networkNotOffered(2, "alpha")));
        rows.add(without(
                always(NO.objection(
                        new Objection(
                                Refusals.DATA_NOT_REACHABLE,
                                "${location} cannot be read: ${reason}.",
                                Map.of("location", "https://a.example/b", "reason", "404")),
                        "alpha")),
                LIMIT,
                Why.NO_LIMIT));
        rows.add(without(
                always(NO.objection(
                        new Objection(
                                Refusals.VOLUME_NOT_POSSIBLE,
                                "A volume cannot be mounted at ${path}.",
                                Map.of("path", "/etc")),
                        "alpha")),
                LIMIT,
                Why.NO_LIMIT));
        for (Resource resource : Resource.values()) {
            rows.add(always(NO.tooMuch(resource, 99_999_999, OF_PLATFORM)));
            rows.add(granted(NO.tooMuch(resource, 99_999_999, OF_GRANT)));
        }
        rows.add(without(
                new Row(NO.busy(Resource.CORES, 4, 3, OF_PLATFORM, "alpha", LATER), Map.of()),
                GRANT,
                Why.NOT_THE_POLICY_S));
        rows.add(without(
                new Row(NO.busy(Resource.CORES, 4, 3, OF_PLATFORM, "alpha", null), Map.of(EARLIEST, Why.NEVER_FITS)),
                GRANT,
                Why.NOT_THE_POLICY_S));
        rows.add(new Row(NO.busy(Resource.MEMORY, 4096, 3072, OF_GRANT, "alpha", LATER), Map.of()));
        rows.add(new Row(
                NO.busy(Resource.MEMORY, 4096, 3072, OF_GRANT, "alpha", null), Map.of(EARLIEST, Why.NEVER_FITS)));
        rows.add(new Row(
                NO.takenThen(Resource.CORES, 4, 3, OF_GRANT, "alpha"), Map.of(EARLIEST, Why.ANOTHER_PLANNER_KNOWS)));
        rows.add(new Row(
                NO.takenThen(Resource.CORES, 4, 3, OF_PLATFORM, "alpha"),
                Map.of(EARLIEST, Why.ANOTHER_PLANNER_KNOWS, GRANT, Why.NOT_THE_POLICY_S)));
        rows.add(always(NO.acceleratorTypeNotOffered("a100", "alpha")));
        rows.add(without(always(NO.maxBelowLeast(Resource.CORES, 0, 1)), WHO, Why.NOBODY_S));
        rows.add(always(NO.noShapeFits("9 cores", "small: 2 cores", "alpha")));
        rows.add(new Row(NO.tooManyOpenOffers(OF_GRANT, 7, Duration.ofMinutes(5)), Map.of()));
        rows.add(always(NO.tooLong(Duration.ofDays(9), Duration.ofDays(7), "alpha", true, null)));
        rows.add(granted(NO.tooLong(Duration.ofDays(9), Duration.ofHours(4), "you", false, TERMS.grant())));
        rows.add(without(always(NO.startIsOver(NOW.minusSeconds(60))), WHO, Why.NOBODY_S));
        rows.add(new Row(
                NO.startTooSoon(NOW, LATER, "alpha"), Map.of(USED, Why.AT_ANY_TIME, GRANT, Why.NOT_THE_POLICY_S)));
        rows.add(granted(NO.startTooFar(LATER, NOW, "alpha", "you", TERMS.grant())));
        rows.add(always(NO.startTooFar(LATER, NOW, "alpha", "everybody", null)));
        rows.add(new Row(
                NO.contended(),
                Map.of(
                        ASKED, Why.ANYTHING,
                        LIMIT, Why.NO_LIMIT,
                        USED, Why.NO_LIMIT,
                        WHO, Why.NOBODY_S,
                        GRANT, Why.NOT_THE_POLICY_S,
                        EARLIEST, Why.ANYTHING)));
        rows.add(always(NO.tooExpensive("urn:money", 1, 2, "EUR", "alpha")));
        rows.add(without(always(NO.costNotQuoted("urn:carbon", 1, "alpha")), LIMIT, Why.NO_LIMIT));
        rows.add(always(NO.metricNotReached("urn:speed", 9, 5, "alpha")));
        rows.add(without(always(NO.metricNotOffered("urn:speed", 9, "alpha")), LIMIT, Why.NO_LIMIT));

        rows.add(without(
                without(without(granted(POLICY.nothingGranted("1")), WHO, Why.NOBODY_S), GRANT, Why.ANYTHING),
                ASKED,
                Why.ANYTHING));
        rows.add(granted(POLICY.denied(
                new Denial("no-mining", "No mining", Rules.OPEN),
                new Permission.Named("image", "registry.example/miner"))));
        rows.add(granted(POLICY.notAllowed("image", "docker.io/x", Set.of("quay.io/*"), TERMS)));
        rows.add(granted(POLICY.notApproved(null, TERMS)));
        rows.add(granted(POLICY.notApproved("sha256:00", TERMS)));
        Budgets.Short lacking = new Budgets.Short(
                new Budget(
                        new Account("budget:x"),
                        "group iam|survey",
                        Amounts.NONE,
                        new Periods(Periods.Unit.MONTH, ZoneOffset.UTC),
                        Amounts.NONE),
                new Meter.Excess(new Window(NOW, LATER), Resource.CORES, 7200, 3600, 9000));
        rows.add(new Row(POLICY.overBudget(lacking, TERMS.grant(), LATER), Map.of()));
        rows.add(new Row(POLICY.overBudget(lacking, TERMS.grant(), null), Map.of(EARLIEST, Why.NEVER_FITS)));
        rows.add(without(
                without(
                        granted(POLICY.groupWouldHelp(TERMS, "iam|survey", "https://iam.example/join")),
                        ASKED,
                        Why.ANYTHING),
                LIMIT,
                Why.NO_LIMIT));
        Share share = TERMS.share();
        if (share != null) {
            rows.add(granted(POLICY.nothingLent(share, "alpha", Duration.ofHours(4), TERMS.grant())));
        }
        return rows.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void namesEveryPartInWordsAndAsData(Row row) {
        Message message = row.message();
        assertThat(message.level()).isEqualTo(Message.Level.ERROR);
        assertThat(message.text()).doesNotContain("${").doesNotContain("null");
        Set<Part> there = EnumSet.noneOf(Part.class);
        for (Part part : Part.values()) {
            if (part.in(message.values())) {
                there.add(part);
            }
        }
        Set<Part> wanted = EnumSet.allOf(Part.class);
        wanted.removeAll(row.without().keySet());
        assertThat(there).as("%s", message.values()).isEqualTo(wanted);
        assertThat(there).contains(RESOURCE);
        for (String name : List.of("asked", "limit", "used", "earliest")) {
            String value = message.values().get(name);
            // What is 0 or none may be said by a word.
            if (value != null
                    && !Set.of("0", "any", "(no digest)", "approved digests").contains(value)) {
                assertThat(message.text()).as(name).contains(value);
            }
        }
        assertThat(Stream.of("platform", "holder")
                        .map(message.values()::get)
                        .anyMatch(who -> who == null || message.text().contains(who)))
                .isTrue();
    }

    @Test
    void everyCodeHasARow() {
        Set<String> codes = new TreeSet<>(Refusals.CODES);
        codes.addAll(PolicyWords.CODES);
        assertThat(rows().map(row -> row.message().code()).collect(java.util.stream.Collectors.toSet()))
                .isEqualTo(codes);
    }

    @Test
    void whereResultsMustStayTheOfferSaysSo() {
        Message note = POLICY.paidBy(new Funding("1", "students", null, 1, false), "Students");
        assertThat(note.text()).contains("\"Students\"", "stay on the platform");
        assertThat(note.values()).containsEntry("results", "stay").containsEntry("grant", "students");
    }
}
