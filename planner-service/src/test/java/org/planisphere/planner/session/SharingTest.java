package org.planisphere.planner.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.offer.OfferSet;

/** What is mine is mine, and theirs with whom I share it. */
class SharingTest {
    private static final Caller ALICE = new Caller("iss|alice", "Alice", Set.of("iss|astro", "iss|staff"), Set.of());
    private static final Caller MEMBER = new Caller("iss|mia", "Mia", Set.of("iss|astro"), Set.of());
    private static final Caller OTHER = new Caller("iss|otto", "Otto", Set.of("other|astro", "iss|guests"), Set.of());
    private static final Caller OPERATOR = new Caller("iss|op", "Op", Set.of(), Set.of(Caller.Role.OPERATOR));

    private final Planner planner = Planner.onH2();

    @AfterEach
    void close() {
        planner.close();
    }

    private static Change share(String group) {
        return new Change.EnumChange("/share", group);
    }

    private static Change unshare(String group) {
        return new Change.StringChange("unshare", group);
    }

    private boolean sees(Caller caller, UUID session) {
        return planner.sessions.find(session, caller).isPresent();
    }

    private List<String> paths(Caller caller, UUID session) {
        return planner.sessions.sharing(planner.sessions.find(session).orElseThrow(), caller).stream()
                .map(option -> option.path() + "=" + ((Option.EnumOption) option).values())
                .toList();
    }

    @Test
    void aSessionIsSeenByTheGroupItIsSharedWithUntilItIsNot() {
        UUID session = planner.offer(ALICE, 1).offers().get(0).id();
        assertThat(sees(MEMBER, session)).isFalse();
        assertThat(paths(ALICE, session)).containsExactly("share=[iss|astro, iss|staff]");

        assertThat(planner.sessions.update(session, ALICE, share("iss|astro"))).isInstanceOf(Answer.Done.class);
        assertThat(planner.sessions.update(session, ALICE, share("iss|astro"))).isInstanceOf(Answer.Done.class);
        assertThat(sees(MEMBER, session)).isTrue();
        assertThat(sees(OTHER, session)).isFalse();
        assertThat(sees(Caller.ANONYMOUS, session)).isFalse();
        assertThat(paths(ALICE, session)).containsExactly("share=[iss|staff]", "unshare=[iss|astro]");
        assertThat(planner.sessions.accept(session, OTHER)).isInstanceOf(Answer.NotFound.class);
        assertThat(planner.sessions.accept(session, MEMBER)).isInstanceOf(Answer.Done.class);

        assertThat(planner.sessions.update(session, ALICE, unshare("iss|astro")))
                .isInstanceOf(Answer.Done.class);
        assertThat(sees(MEMBER, session)).isFalse();
        assertThat(planner.sessions.cancel(session, MEMBER)).isInstanceOf(Answer.NotFound.class);
    }

    @Test
    void anOperatorSeesAndEndsWhatIsAnothersAndTakesNothingInTheirName() {
        UUID id = planner.offer(ALICE, 1).offers().get(0).id();
        Session offer = planner.sessions.find(id).orElseThrow();
        assertThat(sees(OPERATOR, id)).isTrue();
        assertThat(planner.sessions.options(offer, OPERATOR))
                .containsExactly(new Option.EnumOption("phase", List.of("REJECTED")));
        assertThat(planner.sessions.accept(id, OPERATOR))
                .isInstanceOfSatisfying(
                        Answer.Refused.class,
                        refused -> assertThat(refused.why().code()).isEqualTo("owners-only"));
        assertThat(planner.sessions.find(id).orElseThrow().phase()).isEqualTo(Phase.OFFERED);

        planner.sessions.accept(id, ALICE);
        assertThat(planner.sessions.update(
                        id, OPERATOR, new Change.IntegerChange("schedule/available/duration", 3600, "s")))
                .isInstanceOfSatisfying(
                        Answer.Refused.class,
                        refused -> assertThat(refused.why().code()).isEqualTo("owners-only"));
        assertThat(planner.sessions.options(planner.sessions.find(id).orElseThrow(), OPERATOR))
                .containsExactly(new Option.EnumOption("phase", List.of("CANCELLED")));
        assertThat(planner.sessions.cancel(id, OPERATOR)).isInstanceOf(Answer.Done.class);
    }

    @Test
    void anOperatorInAGroupItIsSharedWithIsOneOfThem() {
        Caller both = new Caller("iss|olga", "Olga", Set.of("iss|astro"), Set.of(Caller.Role.OPERATOR));
        UUID session = planner.offer(ALICE, 1).offers().get(0).id();
        planner.sessions.update(session, ALICE, share("iss|astro"));
        assertThat(planner.sessions.accept(session, both)).isInstanceOf(Answer.Done.class);
    }

    @Test
    void onlyItsOwnerSharesAndOnlyWithTheirGroups() {
        UUID session = planner.offer(ALICE, 1).offers().get(0).id();
        assertThat(planner.sessions.update(session, ALICE, share("iss|guests"))).isInstanceOf(Answer.Refused.class);
        assertThat(planner.sessions.update(session, OTHER, share("iss|guests"))).isInstanceOf(Answer.NotFound.class);
        planner.sessions.update(session, ALICE, share("iss|astro"));
        assertThat(planner.sessions.update(session, MEMBER, share("iss|astro"))).isInstanceOf(Answer.Refused.class);
        assertThat(planner.sessions.update(session, MEMBER, unshare("iss|astro")))
                .isInstanceOf(Answer.Refused.class);
        assertThat(paths(MEMBER, session)).isEmpty();
        Caller curious = new Caller("iss|op", "Op", Set.of("iss|ops"), Set.of(Caller.Role.OPERATOR));
        assertThat(paths(curious, session)).containsExactly("unshare=[iss|astro]");
        assertThat(planner.sessions.update(session, curious, share("iss|ops"))).isInstanceOf(Answer.Refused.class);
        assertThat(planner.sessions.update(session, OPERATOR, unshare("iss|astro")))
                .isInstanceOf(Answer.Done.class);
        assertThat(sees(MEMBER, session)).isFalse();
    }

    @Test
    void anOfferSetIsSharedWithEverythingInIt() {
        OfferSet set = planner.offer(ALICE, 1);
        UUID session = set.offers().get(0).id();
        assertThat(planner.sessions.updateOfferSet(set.id(), MEMBER, share("iss|astro")))
                .containsInstanceOf(Answer.NotFound.class);
        assertThat(planner.sessions.updateOfferSet(set.id(), ALICE, share("iss|astro")))
                .isEmpty();
        assertThat(planner.sessions.findOfferSet(set.id(), MEMBER)).isPresent();
        assertThat(planner.sessions.findOfferSet(set.id(), OTHER)).isEmpty();
        assertThat(sees(MEMBER, session)).isTrue();
        assertThat(planner.sessions.updateOfferSet(set.id(), ALICE, unshare("iss|astro")))
                .isEmpty();
        assertThat(sees(MEMBER, session)).isFalse();
    }

    @Test
    void anonymousWorkIsSharedWithNobody() {
        UUID session = planner.offer(Caller.ANONYMOUS, 1).offers().get(0).id();
        assertThat(paths(Caller.ANONYMOUS, session)).isEmpty();
        assertThat(planner.sessions.update(session, Caller.ANONYMOUS, share("iss|astro")))
                .isInstanceOf(Answer.Refused.class);
    }

    @Test
    void whatIsGoneIsForgotten() {
        UUID gone = UUID.randomUUID();
        UUID there = planner.offer(ALICE, 1).offers().get(0).id();
        planner.shares.add(gone, "iss|astro");
        planner.shares.add(there, "iss|astro");
        assertThat(planner.shares.sweep()).isEqualTo(1);
        assertThat(planner.shares.of(List.of(gone))).isEmpty();
        assertThat(planner.shares.of(List.of(gone, there))).containsExactly("iss|astro");
        assertThat(planner.shares.of(List.of())).isEmpty();
    }
}
