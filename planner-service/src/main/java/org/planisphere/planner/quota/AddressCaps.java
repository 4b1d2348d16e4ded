package org.planisphere.planner.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;

/**
 * Beside what is granted: how many open offers one address may hold, whoever asks from there. So nobody takes what all
 * anonymous callers have together, or gathers offers under many names. Immutable.
 */
public final class AddressCaps implements Quotas {
    private static final Duration ALWAYS = Duration.ofDays(36_500);

    private final Quotas quotas;
    private final int offers;

    /** @param offers at least 1 */
    public AddressCaps(Quotas quotas, int offers) {
        if (offers < 1) {
            throw new IllegalArgumentException("an address that may hold nothing may not ask");
        }
        this.quotas = quotas;
        this.offers = offers;
    }

    @Override
    public List<Allowance> allowances(Caller caller) {
        return standing(caller, Instant.now()).allowances();
    }

    @Override
    public Standing standing(Caller caller, Instant at) {
        Standing standing = quotas.standing(caller, at);
        return caller.origin().isEmpty()
                ? standing
                : standing.plus(new Allowance(
                        Account.named("address:" + caller.origin()),
                        "your address",
                        Amounts.WITHOUT_LIMIT,
                        offers,
                        ALWAYS,
                        ALWAYS));
    }
}
