package org.planisphere.planner.quota;

import java.time.Duration;
import java.time.Instant;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;

/**
 * The part of every platform that a group has for itself, or that all have together whose group has none. What is beyond it
 * may only be lent: for runs that are over soon. So, whatever others hold, from {@code lent} from now on every share is
 * free as far as its own group does not use it.
 *
 * @param name of the group; {@code *} for all without a share
 * @param holder for people
 * @param percent of a platform's capacity, 0 to 100
 * @param lent how long from now what is beyond the share may be held
 */
public record Share(String name, String holder, int percent, Duration lent) {
    private static final String LENT = "lent:";

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

    /** When a run beyond the share must be over, its releasing included. */
    public Instant lentUntil(Instant now) {
        return now.plus(lent);
    }

    private long part(long amount) {
        return amount >= Amounts.UNLIMITED ? amount : amount / 100 * percent + amount % 100 * percent / 100;
    }
}
