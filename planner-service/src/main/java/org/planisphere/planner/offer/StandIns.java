package org.planisphere.planner.offer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.platform.Original;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.quota.Funding;
import org.planisphere.planner.quota.Standing;
import org.planisphere.planner.quota.Terms;
import org.planisphere.planner.task.Executable;

/**
 * Which offers of other planners the policy here allows and the caller's own limits have room for. Pure. What other
 * planners charge is theirs: budgets of money here are not drawn on, those of resources are.
 */
final class StandIns {
    private final PlatformDescription platform;
    private final Executable executable;
    private final Standing standing;
    private final Ledger.View view;
    private final Instant now;
    private final Slots slots;
    private final boolean hold;
    private final Set<Message> reasons = new LinkedHashSet<>();

    StandIns(
            PlatformDescription platform,
            Executable executable,
            Standing standing,
            Ledger.View view,
            Instant now,
            Slots slots,
            boolean hold) {
        this.platform = platform;
        this.executable = executable;
        this.standing = standing;
        this.view = view;
        this.now = now;
        this.slots = slots;
        this.hold = hold;
    }

    /** Why there are not more; known after {@link #fitting}. */
    List<Message> reasons() {
        return new ArrayList<>(reasons);
    }

    /**
     * The drafts that can be held together, in their order, each under the first terms that have room for it.
     *
     * @param most at most so many
     */
    List<Draft> fitting(List<Draft> drafts, int most) {
        List<Draft> fitting = new ArrayList<>();
        List<Terms> allowed = allowed();
        for (Draft draft : drafts) {
            for (Terms terms : allowed) {
                if (fitting.size() < most && fits(draft, terms, fitting)) {
                    fitting.add(under(draft, terms));
                    break;
                }
            }
        }
        return fitting;
    }

    private List<Terms> allowed() {
        PolicyWords words = new PolicyWords(now);
        Permission permission = new Permission(executable, platform.id());
        standing.denials()
                .forEach(denial ->
                        permission.named(denial).ifPresent(named -> reasons.add(words.denied(denial, named))));
        if (!reasons.isEmpty()) {
            return List.of();
        }
        if (standing.terms().isEmpty()) {
            reasons.add(words.nothingGranted(standing.policy()));
        }
        List<Terms> allowed = new ArrayList<>();
        for (Terms terms : standing.terms()) {
            List<Message> against = permission.reasons(terms, words);
            reasons.addAll(against);
            if (against.isEmpty()) {
                allowed.add(terms);
            }
        }
        return allowed;
    }

    private boolean fits(Draft draft, Terms terms, List<Draft> beside) {
        List<Limit> limits = Limit.of(platform, terms);
        for (Limit limit : limits) {
            if (hold && !limit.ofPlatform()) {
                long more = beside.stream()
                        .filter(other -> other.claims().contains(limit.claim()))
                        .count();
                if (view.held(limit.account()) + more >= limit.maxHeld()) {
                    return false;
                }
            }
        }
        for (Allowance allowance : terms.allowances()) {
            if (draft.schedule().duration().compareTo(allowance.longest()) > 0
                    || draft.schedule().start().start().isAfter(now.plus(allowance.ahead()))) {
                return false;
            }
        }
        Window window = draft.schedule().window();
        return new Fit(view, Limit.withMost(limits, platform, terms), slots, List.of())
                        .fits(window, draft.granted(), beside)
                && budgets(terms).lacking(window, size(draft), beside).isEmpty();
    }

    private Draft under(Draft draft, Terms terms) {
        List<Claim> claims = new ArrayList<>();
        Limit.of(platform, terms).forEach(limit -> claims.add(limit.claim()));
        claims.addAll(budgets(terms).claims(size(draft)));
        List<Message> messages = new ArrayList<>(draft.messages());
        Funding funding = terms.funding();
        if (funding != null) {
            messages.add(new PolicyWords(now).paidBy(funding, terms.title()));
        }
        return draft.under(claims, messages, funding);
    }

    private Budgets budgets(Terms terms) {
        return new Budgets(
                view,
                now,
                terms.budgets(),
                new Quote(platform.prices(), platform.preparing().plus(platform.releasing())));
    }

    private static Size size(Draft draft) {
        return new Size(
                draft.granted().cores(), draft.granted().memory() / Size.MIB, List.of(), draft.granted(), null, 1.0);
    }

    static List<Original> leftOut(List<Draft> drafts, List<Draft> fitting) {
        List<Original> kept = new ArrayList<>();
        fitting.forEach(draft -> kept.add(draft.original()));
        List<Original> left = new ArrayList<>();
        for (Draft draft : drafts) {
            Original original = draft.original();
            if (original != null && !kept.contains(original)) {
                left.add(original);
            }
        }
        return left;
    }

    static Message overLimit(List<Original> left, Instant now) {
        return new Message(
                Inquiry.STAND_IN_OVER_LIMIT,
                Message.Level.WARN,
                "Your own limits here leave no room for ${count} offers of other planners.",
                Map.of("count", Integer.toString(left.size())),
                now);
    }
}
