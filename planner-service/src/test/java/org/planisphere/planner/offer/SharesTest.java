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
