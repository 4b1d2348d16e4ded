package org.planisphere.planner.offer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Resource;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.quota.Share;
import org.planisphere.planner.quota.Terms;

/**
 * One of the limits a reservation keeps to: the platform's capacity or an allowance.
 *
 * @param holder for people
 * @param platform id of the platform whose capacity it is; empty for an allowance
 * @param grant that says so; null for a platform's, and where there is no policy
 */
record Limit(
        Account account,
        Amounts most,
        int maxHeld,
        String holder,
        String platform,
        @Nullable String grant) {
    /** The platform's first, then the allowances in their order, then the share. */
    static List<Limit> of(PlatformDescription platform, Terms terms) {
        return of(platform, terms, false);
    }

    /** @param lent whether what is beyond the share is meant, which is limited by its end only */
    static List<Limit> of(PlatformDescription platform, Terms terms, boolean lent) {
        List<Limit> limits = new ArrayList<>(terms.allowances().size() + 2);
        limits.add(new Limit(
                platform.account(), platform.capacity(), Integer.MAX_VALUE, platform.name(), platform.id(), null));
        for (Allowance allowance : terms.allowances()) {
            limits.add(new Limit(
                    allowance.account(),
                    allowance.limit(),
                    allowance.openOffers(),
                    allowance.holder(),
                    "",
                    terms.grant()));
        }
        Share share = terms.share();
        if (share != null) {
            limits.add(new Limit(
                    lent ? share.lentAccount(platform.id()) : share.account(platform.id()),
                    lent ? platform.capacity() : share.of(platform.capacity()),
                    Integer.MAX_VALUE,
                    share.holder() + " by a share of " + share.percent() + " %",
                    "",
                    terms.grant()));
        }
        return limits;
    }

    /** One session at an instant has what is kept. */
    static Limit of(KeptStorage kept) {
        long any = Amounts.UNLIMITED;
        return new Limit(
                kept.account(),
                new Amounts(any, any, any, any, 1),
                Integer.MAX_VALUE,
                "the storage " + kept.name(),
                "",
                null);
    }

    /** The limits, the most of one run and the most of one offer; the last two are counted nowhere. */
    static List<Limit> withMost(List<Limit> limits, PlatformDescription platform, Terms terms) {
        List<Limit> all = new ArrayList<>(limits);
        if (!platform.capacity().within(platform.largest())) {
            all.add(new Limit(
                    new Account("run:" + platform.id()),
                    platform.largest(),
                    Integer.MAX_VALUE,
                    "one run on " + platform.name(),
                    "",
                    null));
        }
        if (!terms.rules().most().equals(Amounts.WITHOUT_LIMIT)) {
            all.add(new Limit(
                    new Account("offer:" + terms.id()),
                    terms.rules().most(),
                    Integer.MAX_VALUE,
                    "one offer under \"" + terms.title() + "\"",
                    "",
                    terms.grant()));
        }
        return all;
    }

    boolean ofPlatform() {
        return !platform.isEmpty();
    }

    Claim claim() {
        return new Claim(account, most, maxHeld);
    }

    /** The least of a resource that the limits leave. */
    static long least(List<Limit> limits, Resource resource) {
        long least = Amounts.UNLIMITED;
        for (Limit limit : limits) {
            least = Math.min(least, limit.most.of(resource));
        }
        return least;
    }
}
