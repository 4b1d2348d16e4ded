package org.planisphere.planner.offer;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.task.Bound;

/**
 * Decides a question: feasible, fitting, quoted. Pure: no clock, no input or output, no state; the instant and the
 * ledger's picture are in the question.
 */
public final class Decider {
    private static final Comparator<Draft> EARLIEST_FIRST = Comparator.<Draft, java.time.Instant>comparing(
                    draft -> draft.schedule().start().start())
            .thenComparing(Decider::price)
            .thenComparing(Draft::platform);

    private Decider() {}

    /** Either drafts that can be held together, or no draft and every reason that was found. */
    public static Decision decide(Question question) {
        int room = question.maxOffers();
        if (question.hold()) {
            for (Allowance allowance : question.allowances()) {
                room = Math.min(room, allowance.openOffers() - question.view().held(allowance.account()));
            }
        }
        Set<Message> reasons = new LinkedHashSet<>();
        List<Candidate> candidates = new ArrayList<>();
        for (Site site : question.sites()) {
            Candidate.of(question, site, reasons).ifPresent(candidates::add);
        }
        if (candidates.isEmpty()) {
            return new Decision(List.of(), new ArrayList<>(reasons));
        }
        if (room < 1) {
            return new Decision(List.of(), List.of(full(question)));
        }
        List<Draft> drafts = drafts(inOrder(candidates), room);
        if (drafts.isEmpty()) {
            candidates.forEach(candidate -> reasons.add(candidate.search().busy()));
            return new Decision(List.of(), new ArrayList<>(reasons));
        }
        drafts.sort(EARLIEST_FIRST);
        List<Message> notes = new ArrayList<>();
        reasons.forEach(reason -> notes.add(
                new Message(reason.code(), Message.Level.INFO, reason.template(), reason.values(), reason.time())));
        return new Decision(drafts, notes);
    }

    /** Each platform in turn gives its next offer, until there are enough or no platform has any more. */
    private static List<Draft> drafts(List<Candidate> candidates, int room) {
        List<Draft> drafts = new ArrayList<>();
        List<Search> open = new ArrayList<>();
        candidates.forEach(candidate -> open.add(candidate.search()));
        while (!open.isEmpty() && drafts.size() < room) {
            for (Search search : List.copyOf(open)) {
                Optional<Draft> next = drafts.size() < room ? search.next(drafts) : Optional.empty();
                if (next.isEmpty()) {
                    open.remove(search);
                } else if (drafts.stream().noneMatch(draft -> Search.alike(draft, next.get()))) {
                    drafts.add(next.get());
                }
            }
        }
        return drafts;
    }

    /** The platform with the earliest first offer first, so that the caller's own limits go to the best. */
    private static List<Candidate> inOrder(List<Candidate> candidates) {
        if (candidates.size() == 1) {
            return candidates;
        }
        List<Draft> firsts = new ArrayList<>();
        List<Candidate> fitting = new ArrayList<>();
        for (Candidate candidate : candidates) {
            candidate.search().next(List.of()).ifPresent(draft -> {
                firsts.add(draft);
                fitting.add(candidate);
            });
        }
        List<Candidate> ordered = new ArrayList<>();
        firsts.stream().sorted(EARLIEST_FIRST).forEach(draft -> ordered.add(fitting.get(firsts.indexOf(draft))));
        return ordered;
    }

    private static Message full(Question question) {
        Refusals refusals = new Refusals(question.now());
        for (Allowance allowance : question.allowances()) {
            int held = question.view().held(allowance.account());
            if (held >= allowance.openOffers()) {
                return refusals.tooManyOpenOffers(
                        new Limit(
                                allowance.account(), allowance.limit(), allowance.openOffers(), allowance.holder(), ""),
                        held);
            }
        }
        return refusals.contended();
    }

    private static double price(Draft draft) {
        Bound money = draft.costs().get(0);
        return money.max() == null ? 0 : money.max();
    }

    /** A platform on which the task is possible. */
    private record Candidate(Question question, Site site, List<Limit> limits, Sizing sizing, Duration duration) {
        static Optional<Candidate> of(Question question, Site site, Set<Message> reasons) {
            List<Message> against = Feasibility.reasons(question, site);
            PlatformDescription platform = site.platform();
            List<Limit> limits = Limit.of(platform, question.allowances());
            Duration duration = duration(question, platform);
            Quote quote = new Quote(platform.prices(), platform.preparing().plus(platform.releasing()));
            Sizing sizing = new Sizing(question, site, limits, quote, duration);
            reasons.addAll(against);
            reasons.addAll(sizing.reasons());
            return against.isEmpty() && sizing.reasons().isEmpty()
                    ? Optional.of(new Candidate(question, site, limits, sizing, duration))
                    : Optional.empty();
        }

        Search search() {
            return new Search(question, site, limits, sizing, duration);
        }

        /** As asked, in whole microseconds, or the platform's usual as far as everybody allows it. */
        private static Duration duration(Question question, PlatformDescription platform) {
            Duration asked = question.task().schedule().duration();
            if (asked != null) {
                Duration micros = asked.truncatedTo(ChronoUnit.MICROS);
                return micros.equals(asked) ? asked : micros.plus(1, ChronoUnit.MICROS);
            }
            Duration usual = shorter(platform.usual(), platform.longest());
            for (Allowance allowance : question.allowances()) {
                usual = shorter(usual, allowance.longest());
            }
            return usual;
        }

        private static Duration shorter(Duration one, Duration other) {
            return one.compareTo(other) <= 0 ? one : other;
        }
    }
}
