package org.planisphere.planner.ledger;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The ledger as the other rooms see it. Thread safe. Deciding reads a {@link View}; committing is an {@link #append},
 * which many callers share in one transaction.
 */
public interface Ledger extends AutoCloseable {
    /**
     * An immutable picture of the accounts, consistent in itself. Loads an account from the log at its first use; after
     * that it costs no input or output.
     */
    View view(Collection<Account> accounts);

    /**
     * Appends all of the proposal or nothing. The future ends when the answer is on disk (or refused); it fails with
     * {@link LedgerUnavailable} when the database does not answer, in which case nothing may be assumed.
     */
    CompletableFuture<Outcome> append(Proposal proposal);

    /** False for a while after the database has refused an append that was in order: it is away, or its disk is full. */
    default boolean storing() {
        return true;
    }

    /** The database's clock as last known, carried on by the local monotonic clock. Costs no input or output. */
    Instant now();

    /**
     * What is stored when a hold runs out; asked by the ledger just before it appends the release. Set once, before the
     * first append.
     */
    void onExpiry(Function<Reservation, List<Statement>> statements, java.util.function.Consumer<Reservation> expired);

    @Override
    void close();

    /** A consistent picture of some accounts. Immutable. */
    interface View {
        /** The database's clock when the picture was taken. */
        Instant now();

        /** The account's use over time; empty for an account without reservations. */
        Timeline timeline(Account account);

        /**
         * The part of the account's use that is held and not yet confirmed. Takes as long as the account has open
         * reservations: for people who look, not for deciding.
         */
        Timeline holds(Account account);

        /** A reservation that is held or confirmed. */
        Optional<Reservation> reservation(UUID id);

        /** How many reservations of the account are held and not yet confirmed. */
        int held(Account account);
    }
}
