package org.planisphere.planner.offer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.Resource;
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
    private final Duration lifetime;
    private final boolean hold;
    private final Set<Message> reasons = new LinkedHashSet<>();

    StandIns(
            PlatformDescription platform,
            Executable executable,
            Standing standing,
            Ledger.View view,
            Instant now,
            Slots slots,
            Duration lifetime,
            boolean hold) {
        this.platform = platform;
        this.executable = executable;
        this.standing = standing;
        this.view = view;
        this.now = now;
        this.slots = slots;
        this.lifetime = lifetime;
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
            List<Message> against = new ArrayList<>();
            for (Terms terms : allowed) {
                Message why = fitting.size() < most ? against(draft, terms, fitting) : null;
                if (why != null) {
                    against.add(why);
                } else if (fitting.size() < most) {
                    fitting.add(under(draft, terms));
                    against.clear();
                    break;
                }
            }
            reasons.addAll(against);
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

    /** Why the draft cannot be held under the terms, beside the others; null when it can. */
    private @Nullable Message against(Draft draft, Terms terms, List<Draft> beside) {
        Refusals refusals = new Refusals(now);
        List<Limit> limits = Limit.of(platform, terms);
        for (Limit limit : limits) {
            if (hold && !limit.ofPlatform()) {
                long more = beside.stream()
                        .filter(other -> other.claims().contains(limit.claim()))
                        .count();
                int held = view.held(limit.account()) + Math.toIntExact(more);
                if (held >= limit.maxHeld()) {
                    return refusals.tooManyOpenOffers(limit, held, lifetime);
                }
            }
        }
        for (Allowance allowance : terms.allowances()) {
            Duration length = draft.schedule().duration();
            if (length.compareTo(allowance.longest()) > 0) {
                return refusals.tooLong(length, allowance.longest(), allowance.holder(), false, terms.grant());
            }
            Instant start = draft.schedule().start().start();
            Instant last = now.plus(allowance.ahead());
            if (start.isAfter(last)) {
                return refusals.startTooFar(start, last, platform.id(), allowance.holder(), terms.grant());
            }
        }
        Window window = draft.schedule().window();
        Fit fit = new Fit(view, Limit.withMost(limits, platform, terms), slots, List.of());
        if (!fit.fits(window, draft.granted(), beside)) {
            return taken(fit, window, draft.granted());
        }
        return budgets(terms)
                .lacking(window, size(draft), beside)
                .map(lacking -> new PolicyWords(now).overBudget(lacking, terms.grant(), null))
                .orElse(null);
    }

    /** What is taken of the first limit that is in the way, or would be with the others' part. */
    private Message taken(Fit fit, Window window, Amounts granted) {
        Limit limit =
                fit.blocking(window.from(), window.from(), Duration.between(window.from(), window.until()), granted);
        Resource scarce = fit.scarce(limit, window, granted);
        return new Refusals(now)
                .takenThen(scarce, granted.of(scarce), fit.used(limit, window).of(scarce), limit, platform.id());
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
