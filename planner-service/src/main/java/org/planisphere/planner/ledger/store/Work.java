package org.planisphere.planner.ledger.store;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;

/** What waits for the ledger's writer. */
sealed interface Work {
    /** Ends it with a failure. */
    void fail(RuntimeException failure, Answers answers);

    /** Proposed entries and who waits for the answer. Equal only to itself. */
    record Append(Proposal proposal, CompletableFuture<Outcome> answer) implements Work {
        @Override
        public void fail(RuntimeException failure, Answers answers) {
            answers.fail(this, failure);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Accounts that somebody wants to see and that were never read. */
    record Load(List<Account> accounts, CompletableFuture<Boolean> loaded) implements Work {
        @Override
        public void fail(RuntimeException failure, Answers answers) {
            loaded.completeExceptionally(failure);
        }
    }

    /** Nothing but a reason to look at the clock. */
    record Wake() implements Work {
        @Override
        public void fail(RuntimeException failure, Answers answers) {
            // nobody waits for it
        }
    }
}
