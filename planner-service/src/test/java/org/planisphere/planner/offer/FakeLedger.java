package org.planisphere.planner.offer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Resource;
import org.planisphere.planner.ledger.Statement;

/** A ledger in memory that takes holds, checks them as the real one does, and can be told to be beaten to it. */
final class FakeLedger implements Ledger {
    final List<Proposal> appended = new ArrayList<>();
    /** Done between each view and the append after it, as if somebody else had been faster. */
    Runnable meanwhile = () -> {};

    RuntimeException failure;
    int views;
    private final Map<Account, PlainTimeline> use = new HashMap<>();
    private final Map<Account, Integer> held = new HashMap<>();

    @Override
    public View view(Collection<Account> accounts) {
        views++;
        Map<Account, PlainTimeline> picture = Map.copyOf(use);
        Map<Account, Integer> hands = Map.copyOf(held);
        return new View() {
            @Override
            public Instant now() {
                return FakeLedger.this.now();
            }

            @Override
            public PlainTimeline timeline(Account account) {
                assertKnown(account);
                return picture.getOrDefault(account, PlainTimeline.empty(new Slots(60)));
            }

            @Override
            public PlainTimeline holds(Account account) {
                // Nothing is confirmed here.
                return timeline(account);
            }

            @Override
            public Optional<Reservation> reservation(UUID id) {
                return Optional.empty();
            }

            @Override
            public int held(Account account) {
                assertKnown(account);
                return hands.getOrDefault(account, 0);
            }

            private void assertKnown(Account account) {
                if (!accounts.contains(account)) {
                    throw new AssertionError(account + " is not in the picture");
                }
            }
        };
    }

    @Override
    public CompletableFuture<Outcome> append(Proposal proposal) {
        if (proposal.statements().stream().anyMatch(Statement::mustChangeOne)) {
            return CompletableFuture.completedFuture(new Outcome.Stale("taken"));
        }
        meanwhile.run();
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        Map<Account, PlainTimeline> after = new HashMap<>(use);
        Map<Account, Integer> hands = new HashMap<>(held);
        for (Entry entry : proposal.entries()) {
            Reservation hold = ((Entry.Hold) entry).held();
            for (Claim claim : hold.claims()) {
                PlainTimeline timeline = after.getOrDefault(claim.account(), PlainTimeline.empty(new Slots(60)));
                if (!timeline.fits(hold.window(), hold.amounts(), claim.limit())) {
                    return CompletableFuture.completedFuture(new Outcome.Moved(claim.account(), Resource.CORES));
                }
                int hand = hands.merge(claim.account(), 1, Integer::sum);
                if (hand > claim.maxHeld()) {
                    return CompletableFuture.completedFuture(new Outcome.TooManyHeld(
                            claim.account(), held.getOrDefault(claim.account(), 0), claim.maxHeld()));
                }
                after.put(claim.account(), timeline.with(hold.window(), hold.amounts()));
            }
        }
        use.putAll(after);
        held.putAll(hands);
        appended.add(proposal);
        return CompletableFuture.completedFuture(new Outcome.Appended(now()));
    }

    @Override
    public Instant now() {
        return Worlds.NOW.plusNanos(1_234_567);
    }

    void hand(Account account, int offers) {
        held.put(account, offers);
    }

    void take(Account account, int fromMinute, int untilMinute, org.planisphere.planner.ledger.Amounts amounts) {
        PlainTimeline timeline = use.getOrDefault(account, PlainTimeline.empty(new Slots(60)));
        use.put(
                account,
                timeline.with(
                        new org.planisphere.planner.ledger.Window(
                                Worlds.minute(fromMinute), Worlds.minute(untilMinute)),
                        amounts));
    }

    @Override
    public void onExpiry(Function<Reservation, List<Statement>> statements, Consumer<Reservation> expired) {}

    @Override
    public void close() {}
}
