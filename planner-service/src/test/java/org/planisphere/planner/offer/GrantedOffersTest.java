package org.planisphere.planner.offer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.planisphere.planner.offer.Worlds.NOW;
import static org.planisphere.planner.offer.Worlds.amounts;
import static org.planisphere.planner.offer.Worlds.codes;
import static org.planisphere.planner.offer.Worlds.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.offer.Worlds.World;
import org.planisphere.planner.policy.Policy;
import org.planisphere.planner.policy.PolicyReader;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.ScheduleRequest;
import org.planisphere.planner.task.Task;

/** What the same task is offered to different callers under a policy; the worked example of docs/policy.md among them. */
class GrantedOffersTest {
    private static final Caller GUEST = Caller.ANONYMOUS;
    private static final Caller MEMBER = caller("iam|carl", "iam|survey");
    private static final Caller ANNA = caller("iam|anna", "iam|survey");
    private static final Caller STUDENT = caller("iam|stu", "iam|students");

    private final Policy example = example();

    @Test
    void aGuestAMemberAndAnExceptionAreOfferedDifferentThings() {
        Task small = asking(1, Duration.ofMinutes(5));

        assertThat(price(decide(example, GUEST, small))).isEqualTo(3 * price(decide(example, MEMBER, small)));
        assertThat(price(decide(example, ANNA, small))).isZero();
    }

    @Test
    void aRefusedGuestIsToldWhichGroupWouldHelp() {
        Decision no = decide(example, GUEST, asking(4, Duration.ofHours(3)));

        assertThat(no.yes()).isFalse();
        assertThat(codes(no.messages())).contains("over-your-limit", "too-long", "group-would-help");
        assertThat(no.messages()).anySatisfy(message -> {
            assertThat(message.code()).isEqualTo("group-would-help");
            assertThat(message.values()).containsEntry("group", "iam|survey").containsEntry("grant", "survey");
        });
        assertThat(no.messages()).noneMatch(message -> message.text().contains("iam|students"));
    }

    @Test
    void theOfferTellsWhoPays() {
        Draft draft =
                decide(example, MEMBER, asking(4, Duration.ofHours(3))).drafts().get(0);

        assertThat(draft.funding()).isNotNull().satisfies(funding -> {
            assertThat(funding.grant()).isEqualTo("survey");
            assertThat(funding.group()).isEqualTo("iam|survey");
            assertThat(funding.policy()).isEqualTo("2026-11-01");
        });
        assertThat(codes(draft.messages())).contains("paid-by");
        assertThat(draft.claims()).filteredOn(claim -> claim.meter() != null).hasSize(2);
    }

    @Test
    void approvedOnlyRefusesWhatNobodyApproved() {
        assertThat(codes(
                        decide(example, STUDENT, asking(1, Duration.ofHours(1))).messages()))
                .contains("not-approved");
    }

    @Test
    void aDenialWinsOverAnException() {
        Task miner = Worlds.task(
                new Executable.PythonProgram(
                        KindRef.of(Kind.PYTHON_PROGRAM),
                        Label.NONE,
                        null,
                        new Executable.Repository("https://github.com/xmrig/xmrig", "main", null),
                        null,
                        List.of(),
                        java.util.Map.of()),
                Range.OPEN,
                Range.OPEN,
                List.of(),
                ScheduleRequest.ANY,
                List.of(),
                List.of());

        assertThat(codes(decide(example, ANNA, miner).messages())).containsExactly("denied");
    }

    private static Task compose(String location, String content) {
        return Worlds.task(
                new Executable.DockerCompose(
                        KindRef.of(Kind.DOCKER_COMPOSE), Label.NONE, location, content, java.util.Map.of()),
                Range.OPEN,
                Range.OPEN,
                List.of(),
                ScheduleRequest.ANY,
                List.of(),
                List.of());
    }

    @Test
    void everyImageOfAComposeFileMustBeAllowed() {
        Policy policy = policy("""
                - id: astro
                  to: {named: true}
                  offer: {images: ["registry.example.org/astro/*"]}
                """);
        String good = "{image: registry.example.org/astro/sky}";
        String bad = "{image: docker.io/evil/miner}";

        assertThat(codes(decide(policy, MEMBER, compose(null, "services: {a: " + good + ", b: " + bad + "}"))
                        .messages()))
                .contains("not-granted");
        assertThat(codes(decide(policy, MEMBER, compose("https://registry.example.org/astro/x", null))
                        .messages()))
                .as("nobody knows what it names")
                .contains("not-granted");
        assertThat(codes(decide(policy, MEMBER, compose(null, "services: {a: " + good + "}"))
                        .messages()))
                .doesNotContain("not-granted");
    }

    @Test
    void anExhaustedBudgetSaysWhenItBeginsAnew() {
        Policy policy = policy("""
                - id: day
                  to: {named: true}
                  budgets: [{period: day, core-hours: 4}]
                """);
        World world = world(policy, MEMBER, asking(2, Duration.ofHours(1)));
        Account account = world.standing().budgets().get(0).account();
        // 3 of 4 core-hours of the day are used, as a metered account counts them
        world.use.put(account, used(account, world, 3 * 3600));
        Decision later = world.decide();

        assertThat(later.drafts().get(0).schedule().start().start()).isEqualTo(Instant.parse("2026-11-22T00:00:00Z"));

        world.asking(Worlds.task(
                Range.of(2L, 2L),
                Duration.ofHours(1),
                new org.planisphere.planner.task.Interval(NOW, NOW.plusSeconds(3600))));
        Decision no = world.decide();
        assertThat(no.messages()).singleElement().satisfies(message -> {
            assertThat(message.code()).isEqualTo("over-your-budget");
            assertThat(message.values())
                    .containsEntry("used", "3")
                    .containsEntry("limit", "4")
                    .containsEntry("earliest", "2026-11-22T00:00:00Z");
        });
    }

    @Test
    void withoutAnyGrantTheAnswerIsNo() {
        Decision no = decide(policy("- {id: a, to: {people: ['x|y']}}"), GUEST, asking(1, Duration.ofMinutes(5)));

        assertThat(codes(no.messages())).containsExactly("nothing-granted");
    }

    /** Whatever it grants: one way more never closes another. */
    @Property(tries = 1500)
    void addingAGrantNeverTurnsYesIntoNo(@ForAll long seed) {
        Random random = new Random(seed);
        List<String> grants = grants(random, 1 + random.nextInt(4), false);
        Task task = task(random);
        World world = world(policy(String.join("", grants)), MEMBER, task);
        busy(world, random.nextLong());
        if (world.decide().yes()) {
            List<String> more = new ArrayList<>(grants);
            more.addAll(
                    random.nextInt(more.size() + 1),
                    grants(random, 1, false).stream()
                            .map(text -> text.replace("id: g", "id: more"))
                            .toList());
            World larger = world(policy(String.join("", more)), MEMBER, task);
            larger.use.putAll(world.use);

            assertThat(larger.decide().yes()).isTrue();
        }
    }

    @Property(tries = 500)
    void denyAlwaysWins(@ForAll long seed) {
        Random random = new Random(seed);
        List<String> grants = grants(random, 1 + random.nextInt(4), true);
        grants.add(random.nextInt(grants.size() + 1), "- {id: no, effect: deny, to: {named: true}}\n");

        assertThat(decide(policy(String.join("", grants)), MEMBER, task(random)).yes())
                .isFalse();
    }

    @Property(tries = 500)
    void theOrderOfGrantsAndGroupsDoesNotMatter(@ForAll long seed) {
        Random random = new Random(seed);
        List<String> grants = grants(random, 2 + random.nextInt(4), true);
        Task task = task(random);
        Decision one = decide(policy(String.join("", grants)), MEMBER, task);
        Collections.shuffle(grants, random);
        List<String> groups = new ArrayList<>(MEMBER.groups());
        Collections.shuffle(groups, random);
        Caller same = new Caller(MEMBER.id(), MEMBER.name(), new LinkedHashSet<>(groups), Set.of());

        assertThat(decide(policy(String.join("", grants)), same, task)).isEqualTo(one);
    }

    private static List<String> grants(Random random, int count, boolean exceptions) {
        List<String> grants = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String to = List.of(
                            "named: true", "groups: ['iam|survey']", "people: ['iam|carl']", "groups: ['iam|other']")
                    .get(random.nextInt(4));
            grants.add("- id: g" + i + "\n  to: {" + to + "}\n"
                    + (exceptions && random.nextInt(4) == 0 ? "  effect: override\n" : "")
                    + "  offer: {cores: " + random.nextInt(5) + ", duration: " + (1 + random.nextInt(100)) + "m"
                    + (random.nextInt(4) == 0 ? ", kinds: [python-program]" : "") + "}\n"
                    + "  person: {cores: " + random.nextInt(6) + ", offers: " + random.nextInt(4) + "}\n"
                    + "  group: {cores: " + random.nextInt(9) + "}\n"
                    + "  budgets: [{per: " + (random.nextBoolean() ? "group" : "person") + ", period: day, core-hours: "
                    + random.nextInt(6) + "}]\n"
                    + "  price: " + random.nextInt(3) + "\n  priority: " + random.nextInt(3) + "\n");
        }
        return grants;
    }

    private static Task task(Random random) {
        return asking(1 + random.nextInt(4), Duration.ofMinutes(1 + random.nextInt(90)));
    }

    private static void busy(World world, long seed) {
        Random random = new Random(seed);
        for (Account account : world.standing().accounts()) {
            if (random.nextInt(3) == 0) {
                if (account.id().startsWith("budget:")) {
                    world.use.put(account, used(account, world, random.nextInt(20_000)));
                } else {
                    world.taking(account, random.nextInt(90), 100 + random.nextInt(90), amounts(1, 0, 0));
                }
            }
        }
    }

    private static PlainTimeline used(Account account, World world, long coreSeconds) {
        var budget = world.standing().budgets().stream()
                .filter(each -> each.account().equals(account))
                .findFirst()
                .orElseThrow();
        return PlainTimeline.empty(Slots.of(world.settings.slot()))
                .with(
                        org.planisphere.planner.ledger.Meter.counted(
                                budget.periods().of(NOW)),
                        new Amounts(coreSeconds, 0, 0, 0, 0));
    }

    private static Task asking(long cores, Duration duration) {
        return Worlds.task(Range.of(cores, cores), duration, null);
    }

    private static double price(Decision decision) {
        Double most = decision.drafts().get(0).costs().get(0).max();
        return most == null ? -1 : most;
    }

    private static Decision decide(Policy policy, Caller caller, Task task) {
        return world(policy, caller, task).decide();
    }

    private static World world(Policy policy, Caller caller, Task task) {
        World world = Worlds.world(platform("alpha", amounts(64, 256, 1000), Duration.ZERO, Duration.ZERO, List.of()))
                .asking(task);
        world.standing = policy.standing(caller, NOW);
        return world;
    }

    private static Policy policy(String grants) {
        return PolicyReader.read("test", "version: '1'\ngrants:\n" + grants);
    }

    private static Policy example() {
        try {
            return PolicyReader.read(
                    "observatory.yaml", Files.readString(Path.of("../docs/examples/policy/observatory.yaml")));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Caller caller(String id, String... groups) {
        return new Caller(id, id, Set.of(groups), Set.of());
    }
}
