package org.planisphere.planner.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;

/**
 * The part of every platform that a group has for itself, or that all have together whose group has none. What is beyond it
 * may only be lent: for runs that are over soon. So, whatever others hold, from {@code lent} from now on every share is
 * free as far as its own group does not use it.
 *
 * <p>What is lent is lent the longer the less its holder has had of the platform lately, measured by the share: see {@link
 * #factor}.
 *
 * @param name of the group; {@code *} for all without a share
 * @param holder for people
 * @param percent of a platform's capacity, 0 to 100
 * @param lent how long from now what is beyond the share may be held by who has had nothing of the platform lately
 * @param lately the part of each platform that its holder has had lately, by the platform's id; see {@link PastUse}
 */
public record Share(String name, String holder, int percent, Duration lent, Map<String, Double> lately) {
    private static final String LENT = "lent:";

    public Share {
        lately = Map.copyOf(lately);
    }

    /** On what a run within the share is counted. */
    public Account account(String platform) {
        return Account.named("share:" + platform + ":" + name);
    }

    /** On what a run beyond the share is counted, which tells that it was lent. */
    public Account lentAccount(String platform) {
        return Account.named(LENT + platform + ":" + name);
    }

    /** Whether what is counted here was lent. */
    public static boolean lent(Account account) {
        return account.id().startsWith(LENT);
    }

    /** The share of a capacity, downwards; sessions are not shared. */
    public Amounts of(Amounts capacity) {
        return new Amounts(
                part(capacity.cores()),
                part(capacity.memory()),
                part(capacity.storage()),
                part(capacity.accelerators()),
                Amounts.UNLIMITED);
    }

    /** The part of the platform that its holder has had lately, 0 to 1. */
    public double lately(String platform) {
        return Math.max(0, Math.min(1, lately.getOrDefault(platform, 0.0)));
    }

    /**
     * The fair-share factor at a platform: 1 for who has had nothing of it lately, 1/2 for who has had just the share, and
     * the less the more they have had beyond it. Who has no share is measured by one percent.
     */
    public double factor(String platform) {
        double entitled = Math.max(1, percent) / 100.0;
        return entitled / (entitled + lately(platform));
    }

    /** The smallest of its factors: by it those who could pay for the same are put in order. */
    public double factor() {
        return lately.keySet().stream().mapToDouble(this::factor).min().orElse(1);
    }

    /** How long from now what is beyond the share may be held at a platform. */
    public Duration lend(String platform) {
        double factor = factor(platform);
        return factor == 1 ? lent : Duration.ofSeconds((long) (lent.toSeconds() * factor));
    }

    /** When a run beyond the share must be over, its releasing included. */
    public Instant lentUntil(String platform, Instant now) {
        return now.plus(lend(platform));
    }

    private long part(long amount) {
        return amount >= Amounts.UNLIMITED ? amount : amount / 100 * percent + amount % 100 * percent / 100;
    }
}
