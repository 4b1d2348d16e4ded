package org.planisphere.planner.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.quota.Budget;
import org.planisphere.planner.quota.Denial;
import org.planisphere.planner.quota.Funding;
import org.planisphere.planner.quota.Joinable;
import org.planisphere.planner.quota.PastUse;
import org.planisphere.planner.quota.Share;
import org.planisphere.planner.quota.Standing;
import org.planisphere.planner.quota.Terms;

/**
 * A policy in force: the document, indexed by group and person, so that asking costs what the caller's own grants cost.
 * Immutable. The same caller at the same instant always has the same standing, in whatever order the document names
 * grants and groups.
 */
public final class Policy {
    /** So many terms of one caller are looked at, those of the highest priority; the bound is documented. */
    public static final int MOST_TERMS = 32;
    /** So many groups are tried when a refusal looks for one that would help. */
    private static final int MOST_JOINABLE = 16;

    private static final Comparator<Terms> ORDER = Comparator.comparingInt(Terms::priority)
            .reversed()
            .thenComparingDouble(Terms::factor)
            .thenComparing(Comparator.comparingDouble(Terms::fairness).reversed())
            .thenComparing(Terms::id);

    private final String version;
    private final String digest;
    private final Map<String, KnownGroup> groups;
    private final List<Grant> grants;
    private final List<Approval> approvals;
    private final List<Grant> forAnonymous = new ArrayList<>();
    private final List<Grant> forNamed = new ArrayList<>();
    private final Map<String, List<Grant>> forGroup = new HashMap<>();
    private final Map<String, List<Grant>> forPerson = new HashMap<>();
    private final List<Candidate> joinable = new ArrayList<>();
    private final Duration lent;
    private final Duration halfLife;
    private final Set<String> sharing = new HashSet<>();
    /** Percent that all have together whose group has no share; 100 when no group has one. */
    private final int rest;

    private record Candidate(Grant grant, String group) {}

    Policy(
            String version,
            String digest,
            Map<String, KnownGroup> groups,
            List<Grant> grants,
            List<Approval> approvals,
            Duration lent,
            Duration halfLife) {
        this.version = version;
        this.digest = digest;
        this.groups = Map.copyOf(groups);
        this.grants = List.copyOf(grants);
        this.approvals = List.copyOf(approvals);
        this.lent = lent;
        this.halfLife = halfLife;
        for (KnownGroup group : groups.values()) {
            if (group.share() > 0) {
                sharing.add(group.name());
            }
        }
        this.rest = 100 - groups.values().stream().mapToInt(KnownGroup::share).sum();
        for (Grant grant : grants) {
            if (grant.to().anonymous()) {
                forAnonymous.add(grant);
            }
            if (grant.to().named()) {
                forNamed.add(grant);
            }
            grant.to().people().forEach(person -> put(forPerson, person, grant));
            for (String group : grant.to().groups()) {
                put(forGroup, group, grant);
                KnownGroup known = this.groups.get(group);
                if (known != null && known.joinable() && grant.effect() == Grant.Effect.ADD) {
                    joinable.add(new Candidate(grant, group));
                }
            }
        }
        joinable.sort(Comparator.<Candidate>comparingInt(one -> one.grant().priority())
                .reversed()
                .thenComparing(Candidate::group)
                .thenComparing(one -> one.grant().id()));
    }

    /** As the document says. */
    public String version() {
        return version;
    }

    /** SHA-256 of the document, in hex. */
    public String digest() {
        return digest;
    }

    public List<Grant> grants() {
        return grants;
    }

    public List<Approval> approvals() {
        return approvals;
    }

    /** What the policy says of a group, if it does. */
    public @Nullable KnownGroup group(String name) {
        return groups.get(name);
    }

    /** The groups that the policy knows, by name. */
    public Map<String, KnownGroup> groups() {
        return groups;
    }

    /** Grants that apply to the caller at the instant, denials and exceptions among them; in no order. */
    public Set<Grant> applying(Caller caller, Instant at) {
        Set<Grant> all = new LinkedHashSet<>(caller.anonymous() ? forAnonymous : forNamed);
        if (!caller.anonymous()) {
            all.addAll(forPerson.getOrDefault(caller.id(), List.of()));
            caller.groups().forEach(group -> all.addAll(forGroup.getOrDefault(group, List.of())));
        }
        all.removeIf(grant -> !grant.inForce(at));
        return all;
    }

    /** In so long a time what a group has used counts half as much; zero when the past does not count. */
    public Duration halfLife() {
        return halfLife;
    }

    /** As below, as if nobody had used anything yet. */
    public Standing standing(Caller caller, Instant at) {
        return standing(caller, at, PastUse.NONE);
    }

    /** What the caller may have at the instant: grants add up, exceptions override, denials win. */
    public Standing standing(Caller caller, Instant at, PastUse past) {
        Set<Grant> all = applying(caller, at);
        boolean exception = all.stream().anyMatch(grant -> grant.effect() == Grant.Effect.OVERRIDE);
        Grant.Effect wanted = exception ? Grant.Effect.OVERRIDE : Grant.Effect.ADD;
        List<Terms> terms = new ArrayList<>();
        List<Denial> denials = new ArrayList<>();
        for (Grant grant : all) {
            if (grant.effect() == Grant.Effect.DENY) {
                denials.add(new Denial(grant.id(), grant.title(), grant.rules()));
            } else if (grant.effect() == wanted) {
                Set<String> paying = paying(grant, caller);
                if (paying.isEmpty()) {
                    terms.add(terms(grant, caller, null, share(null, at, past)));
                } else {
                    paying.forEach(group -> terms.add(terms(grant, caller, group, share(group, at, past))));
                }
            }
        }
        terms.sort(ORDER);
        denials.sort(Comparator.comparing(Denial::grant));
        List<Joinable> others = new ArrayList<>();
        for (Candidate one : joinable) {
            if (others.size() < MOST_JOINABLE
                    && !exception
                    && !caller.groups().contains(one.group)
                    && one.grant.inForce(at)) {
                KnownGroup known = groups.get(one.group);
                others.add(new Joinable(
                        terms(one.grant, caller, one.group, share(one.group, at, past)),
                        known == null ? null : known.join()));
            }
        }
        return new Standing(version, terms.size() > MOST_TERMS ? terms.subList(0, MOST_TERMS) : terms, denials, others);
    }

    /** The caller's groups that a grant names; each of them can pay. */
    private static Set<String> paying(Grant grant, Caller caller) {
        Set<String> paying = new TreeSet<>();
        for (String group : caller.groups()) {
            if (grant.to().groups().contains(group)) {
                paying.add(group);
            }
        }
        return paying;
    }

    private Terms terms(Grant grant, Caller caller, @Nullable String group, @Nullable Share share) {
        Account person = account("caller:", grant, caller.id());
        String who = caller.anonymous() ? "anonymous callers" : "you";
        String under = " under \"" + grant.title() + "\"";
        List<Allowance> allowances = new ArrayList<>(2);
        allowances.add(new Allowance(
                person,
                who + under,
                grant.person().amounts(),
                grant.person().offers(),
                grant.longest(),
                grant.ahead()));
        if (group != null && !grant.group().equals(Grant.Holding.FREE)) {
            allowances.add(new Allowance(
                    account("group:", grant, group),
                    "group " + group + under,
                    grant.group().amounts(),
                    grant.group().offers(),
                    grant.longest(),
                    grant.ahead()));
        }
        List<Budget> budgets = new ArrayList<>(grant.budgets().size());
        for (Grant.Allotment allotment : grant.budgets()) {
            if (!allotment.ofGroup() || group != null) {
                String holder = allotment.ofGroup() && group != null ? group : caller.id();
                budgets.add(new Budget(
                        account(
                                "budget:" + allotment.periods().unit() + "@"
                                        + allotment.periods().zone() + ":",
                                grant,
                                holder),
                        (allotment.ofGroup() ? "group " + group : who) + under,
                        allotment.limit(),
                        allotment.periods(),
                        allotment.carry()));
            }
        }
        return new Terms(
                grant.title(),
                grant.rules(),
                allowances,
                budgets,
                grant.priority(),
                new Funding(version, grant.id(), group, grant.factor(), grant.exportable()),
                share);
    }

    /** The share of who pays; null when no group has one. */
    private @Nullable Share share(@Nullable String group, Instant at, PastUse past) {
        if (rest == 100) {
            return null;
        }
        KnownGroup known = group == null ? null : groups.get(group);
        return known == null || known.share() == 0
                ? new Share("*", "everybody whose group has none", rest, lent, past.ofOthers(sharing, at, halfLife))
                : new Share(
                        known.name(),
                        "group " + known.name(),
                        known.share(),
                        lent,
                        past.of(known.name(), at, halfLife));
    }

    private static Account account(String what, Grant grant, String holder) {
        return Account.named(what + grant.id() + ":" + holder);
    }

    private static void put(Map<String, List<Grant>> index, String key, Grant grant) {
        index.computeIfAbsent(key, name -> new ArrayList<>(1)).add(grant);
    }
}
