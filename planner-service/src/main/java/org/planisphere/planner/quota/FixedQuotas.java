package org.planisphere.planner.quota;

import java.time.Duration;
import java.util.List;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;

/**
 * The same limits for every named caller, each counted alone, and one set of limits for all anonymous callers together.
 * Immutable.
 */
public final class FixedQuotas implements Quotas {
    private static final Account ANONYMOUS = new Account("caller:anonymous");

    private final Limits anonymous;
    private final Limits named;

    public FixedQuotas(Limits anonymous, Limits named) {
        this.anonymous = anonymous;
        this.named = named;
    }

    @Override
    public List<Allowance> allowances(Caller caller) {
        return List.of(
                caller.anonymous()
                        ? anonymous.allowance(ANONYMOUS, "anonymous callers")
                        : named.allowance(new Account("caller:" + caller.id()), "you"));
    }

    /**
     * What a holder may have; parameters as of {@link Allowance}.
     *
     * @param openOffers at least 0
     * @param longest above zero
     */
    public record Limits(Amounts limit, int openOffers, Duration longest, Duration ahead) {
        public Limits {
            if (openOffers < 0 || longest.isNegative() || longest.isZero() || ahead.isNegative()) {
                throw new IllegalArgumentException("a caller's limit is below the least");
            }
        }

        Allowance allowance(Account account, String holder) {
            return new Allowance(account, holder, limit, openOffers, longest, ahead);
        }
    }
}
