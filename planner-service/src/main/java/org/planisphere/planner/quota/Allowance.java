package org.planisphere.planner.quota;

import java.time.Duration;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;

/**
 * What one quota holder may have at any instant.
 *
 * @param account where it is counted
 * @param holder for people: {@code anonymous callers}, {@code you}, {@code group astro}
 * @param limit the most of everything at any instant, holds included
 * @param openOffers holds not yet accepted
 * @param longest longest run
 * @param ahead how far ahead a run may begin
 */
public record Allowance(
        Account account, String holder, Amounts limit, int openOffers, Duration longest, Duration ahead) {}
