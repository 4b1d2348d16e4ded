package org.planisphere.planner.quota;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Account;

/**
 * What a caller may have at an instant, by the policy in force.
 *
 * @param policy its version; empty where there is none
 * @param terms none when nothing is granted; the first to be tried first
 * @param denials win over all terms
 * @param joinable terms of groups that the caller is not in and could join: told in refusals, never granted
 */
public record Standing(String policy, List<Terms> terms, List<Denial> denials, List<Joinable> joinable) {
    public Standing {
        terms = List.copyOf(terms);
        denials = List.copyOf(denials);
        joinable = List.copyOf(joinable);
    }

    /** What may be had without a policy. */
    public static Standing of(List<Allowance> allowances) {
        return new Standing("", List.of(Terms.of(allowances)), List.of(), List.of());
    }

    /** The same, with one more allowance on whatever is granted. */
    public Standing plus(Allowance more) {
        return new Standing(policy, terms.stream().map(each -> each.plus(more)).toList(), denials, joinable);
    }

    /** Every allowance of all terms, each once. */
    public List<Allowance> allowances() {
        Set<Allowance> all = new LinkedHashSet<>();
        terms.forEach(each -> all.addAll(each.allowances()));
        return List.copyOf(all);
    }

    /** Every budget of all terms, each once. */
    public List<Budget> budgets() {
        Set<Budget> all = new LinkedHashSet<>();
        terms.forEach(each -> all.addAll(each.budgets()));
        return List.copyOf(all);
    }

    /** Every account that deciding may draw on. */
    public List<Account> accounts() {
        List<Account> accounts = new ArrayList<>();
        allowances().forEach(allowance -> accounts.add(allowance.account()));
        budgets().forEach(budget -> accounts.add(budget.account()));
        return accounts;
    }

    /** Every account of a platform on which shares of it are counted. */
    public Set<Account> shares(String platform) {
        Set<Account> accounts = new LinkedHashSet<>();
        for (Terms each : terms) {
            if (each.share() != null) {
                accounts.add(each.share().account(platform));
                accounts.add(each.share().lentAccount(platform));
            }
        }
        return accounts;
    }

    /** The terms under which an offer was made, when they still stand; without a policy, the only ones there are. */
    public Optional<Terms> under(@Nullable Funding funding) {
        return terms.stream()
                .filter(each -> each.funding() == null
                        || (funding != null
                                && each.funding().grant().equals(funding.grant())
                                && java.util.Objects.equals(each.funding().group(), funding.group())))
                .findFirst();
    }
}
