package org.planisphere.planner.offer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.planisphere.planner.offer.Worlds.NOW;
import static org.planisphere.planner.offer.Worlds.amounts;
import static org.planisphere.planner.offer.Worlds.codes;
import static org.planisphere.planner.offer.Worlds.platform;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.settings.SettingsException;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.offer.Worlds.World;
import org.planisphere.planner.policy.Policy;
import org.planisphere.planner.policy.PolicyReader;
import org.planisphere.planner.quota.PastUse;
import org.planisphere.planner.quota.Share;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.Task;

/** Shares of groups in one platform: what is a group's own, and what is lent. */
class SharesTest {
    private static final Caller SURVEY = new Caller("iam|carl", "Carl", Set.of("iam|survey"), Set.of());
    private static final Caller STUDENT = new Caller("iam|stu", "Stu", Set.of("iam|students"), Set.of());
    private static final Caller GUEST = Caller.ANONYMOUS;
    private static final Duration LEND = Duration.ofHours(1);

    /** Long, so that a reckoning of days is quick. */
    private static final Duration SLOT = Duration.ofMinutes(10);

    /** 8 cores: 4 for the survey, 2 for students, 2 for everybody else. */
    private final Policy policy = policy("50", "25");

    private final Map<Account, PlainTimeline> use = new HashMap<>();

    @Test
    void aGroupHasItsShareForAsLongAsItsGrantAllows() {
        Decision decision = ask(SURVEY, 4, Duration.ofHours(40), NOW);

        assertThat(codes(decision.drafts().get(0).messages())).contains("within-share");
        assertThat(codes(ask(SURVEY, 5, Duration.ofHours(40), NOW).messages()))
                .containsExactly("over-your-limit", "nothing-lent");
    }

    @Test
    void whatIsFreeIsLentForRunsThatAreOverSoon() {
        Draft lent = ask(SURVEY, 8, Duration.ofMinutes(30), NOW).drafts().get(0);

        assertThat(codes(lent.messages())).contains("lent");
        assertThat(lent.schedule().window().until()).isBeforeOrEqualTo(NOW.plus(LEND));
        assertThat(lent.claims()).anyMatch(claim -> Share.lent(claim.account()));
    }

    @Test
    void aRefusalTellsWhatOfTheShareIsTakenAndUntilWhenSomethingCouldHaveBeenLent() {
        take(ask(STUDENT, 2, Duration.ofDays(2), NOW).drafts().get(0));
        take(ask(SURVEY, 4, Duration.ofDays(2), NOW).drafts().get(0));
        take(ask(GUEST, 2, Duration.ofDays(2), NOW).drafts().get(0));

        Task task = Worlds.task(
                Range.of(1L, 1L), Duration.ofMinutes(20), new Interval(NOW, NOW.plus(Duration.ofMinutes(30))));
        World world = world(STUDENT, NOW);
        world.asking(task);
        Decision no = world.decide();

        assertThat(no.yes()).isFalse();
        assertThat(no.messages()).anySatisfy(message -> {
            assertThat(message.code()).isEqualTo("nothing-lent");
            assertThat(message.values())
                    .containsEntry("limit", "25")
                    .containsEntry("until", NOW.plus(LEND).toString());
        });
    }

    @Test
    void everybodyWithoutAShareHasTheRestTogether() {
        take(ask(GUEST, 2, Duration.ofDays(1), NOW).drafts().get(0));
        Caller other = new Caller("iam|other", "Other", Set.of(), Set.of());

        Instant start = ask(other, 1, Duration.ofHours(2), NOW)
                .drafts()
                .get(0)
                .schedule()
                .start()
                .start();

        assertThat(start).isAfterOrEqualTo(NOW.plus(Duration.ofDays(1)));
    }

    @Test
    void aPolicyWithoutSharesLimitsNobody() {
        Policy open = policy("0", "0");

        assertThat(open.standing(SURVEY, NOW).terms()).allMatch(terms -> terms.share() == null);
    }

    @Test
    void sharesAreAHundredPercentAtMost() {
        assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(
                                SettingsException.class, () -> policy("60", "41"))
                        .faults())
                .singleElement()
                .asString()
                .contains("100");
    }

    /** Whatever others asked for before: after what is lent is over, a group that holds nothing has its share. */
    @Property(tries = 25)
    void fromLendOnEveryShareIsThereForItsGroup(@ForAll long seed) {
        use.clear();
        Random random = new Random(seed);
        Instant now = NOW;
        for (int i = 0; i < 15; i++) {
            now = now.plusSeconds(random.nextInt(1_200));
            Caller caller = random.nextInt(3) == 0 ? GUEST : SURVEY;
            Decision decision = ask(caller, 1 + random.nextInt(8), Duration.ofMinutes(1 + random.nextInt(300)), now);
            List<Draft> drafts = new ArrayList<>(decision.drafts());
            drafts.forEach(this::take);
            for (Draft draft : drafts) {
                boolean lent = draft.claims().stream().anyMatch(claim -> Share.lent(claim.account()));
                assertThat(lent && draft.schedule().window().until().isAfter(now.plus(LEND)))
                        .isFalse();
            }
        }

        // one slot more, since the slot in which a run ends counts it
        Instant latest = now.plus(LEND).plus(SLOT).plus(SLOT);
        Decision decision = ask(STUDENT, 2, Duration.ofDays(2), now);
        assertThat(decision.yes()).isTrue();
        assertThat(decision.drafts().get(0).schedule().start().start()).isBeforeOrEqualTo(latest);
    }

    @Test
    void whoHasHadMoreThanTheShareIsLentForAShorterTime() {
        Policy equal = policy("50", "50");
        Map<String, Double> all = Map.of("alpha", 1.0);

        // 40 minutes of everything: beyond the share, within the hour that is lent at most
        assertThat(fair(equal, SURVEY, 8, Duration.ofMinutes(40), all, Map.of()).yes())
                .isFalse();
        assertThat(fair(equal, STUDENT, 8, Duration.ofMinutes(40), all, Map.of())
                        .drafts()
                        .get(0)
                        .messages())
                .anySatisfy(message -> {
                    assertThat(message.code()).isEqualTo("lent");
                    assertThat(message.values()).containsEntry("factor", "1.00").containsEntry("lately", "0");
                });
    }

    @Test
    void aRefusalTellsTheFactor() {
        Decision no = fair(policy("50", "50"), SURVEY, 8, Duration.ofMinutes(40), Map.of("alpha", 1.0), Map.of());

        assertThat(no.messages())
                .filteredOn(message -> message.code().equals("nothing-lent"))
                .singleElement()
                .satisfies(message -> assertThat(message.text())
                        .contains("it has had 100 % lately")
                        .contains("its fair-share factor is 0.33"));
    }

    @Test
    void theShareItselfIsThereWhateverWasUsed() {
        Decision decision = fair(policy("50", "50"), SURVEY, 4, Duration.ofHours(40), Map.of("alpha", 1.0), Map.of());

        assertThat(codes(decision.drafts().get(0).messages())).contains("within-share");
    }

    @Test
    void ofTwoGroupsThatCouldPayTheOneThatUsedLessIsFirst() {
        Caller both = new Caller("iam|both", "Both", Set.of("iam|survey", "iam|students"), Set.of());
        Map<String, Double> some = Map.of("alpha", 0.3);

        assertThat(policy("50", "50").standing(both, NOW, past(some, Map.of())).terms())
                .extracting(terms -> terms.funding().group())
                .containsExactly("iam|students", "iam|survey");
        assertThat(policy("50", "50").standing(both, NOW, past(Map.of(), some)).terms())
                .extracting(terms -> terms.funding().group())
                .containsExactly("iam|survey", "iam|students");
    }

    /** At equal shares: whatever the group that used more is offered, the one that used less is offered no later. */
    @Property(tries = 50)
    void whoUsedLessIsNeverBehind(@ForAll long seed) {
        use.clear();
        Random random = new Random(seed);
        int share = 1 + random.nextInt(50);
        Policy equal = policy(String.valueOf(share), String.valueOf(share));
        double more = random.nextDouble();
        double less = more * random.nextDouble();
        for (int i = random.nextInt(4); i > 0; i--) {
            fair(equal, GUEST, 1 + random.nextInt(8), Duration.ofMinutes(1 + random.nextInt(50)), Map.of(), Map.of())
                    .drafts()
                    .forEach(this::take);
        }
        long cores = 1 + random.nextInt(8);
        Duration duration = Duration.ofMinutes(1 + random.nextInt(90));

        Decision ofMore = fair(equal, SURVEY, cores, duration, Map.of("alpha", more), Map.of("alpha", less));
        Decision ofLess = fair(equal, STUDENT, cores, duration, Map.of("alpha", more), Map.of("alpha", less));

        if (ofMore.yes()) {
            assertThat(ofLess.yes()).isTrue();
            assertThat(ofLess.drafts().get(0).schedule().start().start())
                    .isBeforeOrEqualTo(ofMore.drafts().get(0).schedule().start().start());
        }
    }

    /** When nobody has used anything yet, the parts that the policy fixes are all there is. */
    @Property(tries = 20)
    void withoutAPastTheFixedPartsHold(@ForAll long seed) {
        Random random = new Random(seed);
        Policy any = policy(String.valueOf(random.nextInt(60)), String.valueOf(random.nextInt(40)));
        for (Caller caller : List.of(SURVEY, STUDENT, GUEST)) {
            any.standing(caller, NOW, past(Map.of(), Map.of())).terms().forEach(terms -> {
                if (terms.share() != null) {
                    assertThat(terms.share().lend("alpha")).isEqualTo(LEND);
                    assertThat(terms.share().factor("alpha")).isEqualTo(1);
                }
            });
        }
    }

    private static PastUse past(Map<String, Double> survey, Map<String, Double> students) {
        return new PastUse() {
            @Override
            public Map<String, Double> of(String group, Instant at, Duration halfLife) {
                assertThat(halfLife).isEqualTo(Duration.ofDays(7));
                return group.equals("iam|survey") ? survey : students;
            }

            @Override
            public Map<String, Double> ofOthers(Set<String> groups, Instant at, Duration halfLife) {
                return Map.of();
            }
        };
    }

    private Decision fair(
            Policy policy,
            Caller caller,
            long cores,
            Duration duration,
            Map<String, Double> survey,
            Map<String, Double> students) {
        World world = world(caller, NOW);
        world.standing = policy.standing(caller, NOW, past(survey, students));
        world.asking(Worlds.task(Range.of(cores, cores), duration, null));
        return world.decide();
    }

    private Decision ask(Caller caller, long cores, Duration duration, Instant now) {
        World world = world(caller, now);
        world.asking(Worlds.task(Range.of(cores, cores), duration, null));
        return world.decide();
    }

    private World world(Caller caller, Instant now) {
        World world = Worlds.world(platform("alpha", amounts(8, 32, 100), Duration.ZERO, Duration.ZERO, List.of()));
        world.now = now;
        world.maxOffers = 2;
        world.settings = new DeskSettings(Duration.ofMinutes(5), Duration.ofSeconds(5), 2, SLOT, 1, 1, 1);
        world.standing = policy.standing(caller, now);
        world.use.putAll(use);
        return world;
    }

    private void take(Draft draft) {
        for (Claim claim : draft.claims()) {
            PlainTimeline before = use.getOrDefault(claim.account(), PlainTimeline.empty(Slots.of(SLOT)));
            use.put(claim.account(), before.with(draft.schedule().window(), draft.granted()));
        }
    }

    private static Policy policy(String survey, String students) {
        return PolicyReader.read("test", """
                version: "1"
                lend: 1h
                groups:
                  - {name: iam|survey, share: %s}
                  - {name: iam|students, share: %s}
                grants:
                  - {id: all, to: {groups: [iam|survey, iam|students]}}
                  - {id: rest, to: {anonymous: true, people: [iam|other]}}
                """.formatted(survey, students));
    }
}
