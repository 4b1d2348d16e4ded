package org.planisphere.planner.offer;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.quota.Denial;
import org.planisphere.planner.quota.Funding;
import org.planisphere.planner.quota.Joinable;
import org.planisphere.planner.quota.Standing;
import org.planisphere.planner.quota.Terms;
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
        Set<Message> reasons = new LinkedHashSet<>();
        List<Candidate> candidates = candidates(question, reasons);
        if (candidates.isEmpty()) {
            reasons.addAll(helpful(question));
            return new Decision(List.of(), new ArrayList<>(reasons));
        }
        List<Candidate> open = new ArrayList<>(candidates);
        open.removeIf(candidate -> candidate.room() < 1);
        if (open.isEmpty()) {
            candidates.forEach(candidate -> reasons.add(full(question, candidate)));
            reasons.addAll(helpful(question));
            return new Decision(List.of(), new ArrayList<>(reasons));
        }
        List<Draft> drafts = drafts(inOrder(open), question.maxOffers());
        if (drafts.isEmpty()) {
            open.forEach(candidate -> reasons.add(candidate.search().busy()));
            reasons.addAll(helpful(question));
            return new Decision(List.of(), new ArrayList<>(reasons));
        }
        drafts.sort(EARLIEST_FIRST);
        List<Message> notes = new ArrayList<>();
        if (sitesWithout(question, open)) {
            reasons.forEach(reason -> notes.add(
                    new Message(reason.code(), Message.Level.INFO, reason.template(), reason.values(), reason.time())));
        }
        return new Decision(drafts, notes);
    }

    /** Every platform and terms with which the task is possible; why the others are not goes to the reasons. */
    private static List<Candidate> candidates(Question question, Set<Message> reasons) {
        Standing standing = question.standing();
        PolicyWords words = new PolicyWords(question.now());
        List<Candidate> candidates = new ArrayList<>();
        if (standing.terms().isEmpty()) {
            reasons.add(words.nothingGranted(standing.policy()));
        }
        for (Site site : question.sites()) {
            Permission permission =
                    new Permission(question.task().executable(), site.platform().id());
            List<Denial> denials =
                    standing.denials().stream().filter(permission::denied).toList();
            denials.forEach(
                    denial -> permission.named(denial).ifPresent(named -> reasons.add(words.denied(denial, named))));
            if (denials.isEmpty()) {
                for (Terms terms : standing.terms()) {
                    Candidate.of(question, site, terms, false, reasons).ifPresent(candidates::add);
                    if (terms.share() != null) {
                        // Whatever speaks against it is told of the share itself already.
                        Candidate.of(question, site, terms, true, new LinkedHashSet<>())
                                .ifPresent(candidates::add);
                    }
                }
            }
        }
        return candidates;
    }

    /** Groups that the caller could join and whose grants would do, whatever is taken now. */
    private static List<Message> helpful(Question question) {
        Set<Message> groups = new LinkedHashSet<>();
        PolicyWords words = new PolicyWords(question.now());
        for (Joinable one : question.standing().joinable()) {
            Terms terms = one.terms();
            for (Site site : question.sites()) {
                Permission permission = new Permission(
                        question.task().executable(), site.platform().id());
                Funding funding = terms.funding();
                if (funding != null
                        && funding.group() != null
                        && question.standing().denials().stream().noneMatch(permission::denied)
                        && Candidate.of(question, site, terms, false, new LinkedHashSet<>())
                                .isPresent()) {
                    groups.add(words.groupWouldHelp(terms, funding.group(), one.join()));
                }
            }
        }
        return List.copyOf(groups);
    }

    /** Whether a platform offers nothing, so that its reasons are worth telling beside the others' offers. */
    private static boolean sitesWithout(Question question, List<Candidate> candidates) {
        return question.sites().stream()
                .anyMatch(
                        site -> candidates.stream().noneMatch(one -> one.site().equals(site)));
    }

    /** Each platform in turn gives its next offer, until there are enough or no platform has any more. */
    private static List<Draft> drafts(List<Candidate> candidates, int room) {
        List<Draft> drafts = new ArrayList<>();
        Map<Search, Candidate> open = new LinkedHashMap<>();
        candidates.forEach(candidate -> open.put(candidate.search(), candidate));
        while (!open.isEmpty() && drafts.size() < room) {
            for (Map.Entry<Search, Candidate> one : List.copyOf(open.entrySet())) {
                Search search = one.getKey();
                boolean more = drafts.size() < room && one.getValue().roomBeside(drafts);
                Optional<Draft> next = more ? search.next(drafts) : Optional.empty();
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

    private static Message full(Question question, Candidate candidate) {
        Refusals refusals = new Refusals(question.now());
        for (Limit limit : candidate.limits()) {
            int held = question.view().held(limit.account());
            if (!limit.ofPlatform() && held >= limit.maxHeld()) {
                return refusals.tooManyOpenOffers(
                        limit, held, question.settings().lifetime());
            }
        }
        return refusals.contended();
    }

    private static double price(Draft draft) {
        Bound money = draft.costs().get(0);
        return money.max() == null ? 0 : money.max();
    }

    /** A platform on which the task is possible, and terms that allow it. */
    private record Candidate(
            Question question,
            Site site,
            Site priced,
            Terms terms,
            boolean lent,
            List<Limit> limits,
            Sizing sizing,
            Quote quote,
            Duration duration) {
        static Optional<Candidate> of(Question question, Site site, Terms terms, boolean lent, Set<Message> reasons) {
            Site priced = site.priced(terms.factor());
            PlatformDescription platform = priced.platform();
            List<Message> against = Feasibility.reasons(question, priced, terms);
            List<Limit> limits = Limit.of(platform, terms, lent);
            site.kept().values().forEach(kept -> limits.add(Limit.of(kept)));
            Duration duration = duration(question, platform, terms);
            Quote quote = new Quote(platform.prices(), platform.preparing().plus(platform.releasing()));
            Sizing sizing =
                    new Sizing(question, priced, terms, Limit.withMost(limits, platform, terms), quote, duration);
            reasons.addAll(against);
            reasons.addAll(sizing.reasons());
            return against.isEmpty() && sizing.reasons().isEmpty()
                    ? Optional.of(new Candidate(question, site, priced, terms, lent, limits, sizing, quote, duration))
                    : Optional.empty();
        }

        Search search() {
            return new Search(question, priced, terms, lent, limits, sizing, quote, duration);
        }

        /** How many offers may be held under its limits. */
        int room() {
            return room(List.of());
        }

        boolean roomBeside(List<Draft> drafts) {
            return room(drafts) > 0;
        }

        private int room(List<Draft> beside) {
            int room = Integer.MAX_VALUE;
            for (Limit limit : limits) {
                if (question.hold() && !limit.ofPlatform()) {
                    long drafts = beside.stream()
                            .filter(draft -> draft.claims().contains(limit.claim()))
                            .count();
                    room = Math.min(room, limit.maxHeld() - question.view().held(limit.account()) - (int) drafts);
                }
            }
            return room;
        }

        /** As asked, in whole microseconds, or the platform's usual as far as everybody allows it. */
        private static Duration duration(Question question, PlatformDescription platform, Terms terms) {
            Duration asked = question.task().schedule().duration();
            if (asked != null) {
                Duration micros = asked.truncatedTo(ChronoUnit.MICROS);
                return micros.equals(asked) ? asked : micros.plus(1, ChronoUnit.MICROS);
            }
            Duration usual = shorter(platform.usual(), platform.longest());
            for (Allowance allowance : terms.allowances()) {
                usual = shorter(usual, allowance.longest());
            }
            return usual;
        }

        private static Duration shorter(Duration one, Duration other) {
            return one.compareTo(other) <= 0 ? one : other;
        }
    }
}
