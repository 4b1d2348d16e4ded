package org.planisphere.planner.ledger.store;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.SlotAxis;

/**
 * All that is known of the log, as one value. Immutable.
 *
 * @param books the accounts that are loaded
 * @param reservations what is open in any of them
 */
record Head(SlotAxis axis, TrieMap<Account, Book> books, TrieMap<UUID, Reservation> reservations) {

    static Head empty(SlotAxis axis) {
        return new Head(axis, TrieMap.empty(), TrieMap.empty());
    }

    Book book(Account account) {
        Book book = books.get(account);
        return book == null ? Book.empty(axis) : book;
    }

    /** The head after the next row of an account's log. */
    Head after(Row row) {
        Book book = book(row.account()).after(row);
        Reservation now = book.open().get(row.reservation());
        return new Head(axis, books.with(row.account(), book), indexed(reservations, row.reservation(), now));
    }

    /** The head with the account's use before the instant forgotten. */
    Head forgetting(Account account, Instant before) {
        Book book = book(account);
        Book rest = book.forgetting(before);
        return rest == book ? this : new Head(axis, books.with(account, rest), reservations);
    }

    /** The head with the account as it was read anew. */
    Head with(Account account, Book book) {
        Book old = books.get(account);
        Holder rest = new Holder(reservations);
        if (old != null) {
            old.open().forEach((id, reservation) -> {
                if (book.open().get(id) == null) {
                    rest.map = rest.map.without(id);
                }
            });
        }
        book.open().forEach((id, reservation) -> rest.map = rest.map.with(id, reservation));
        return new Head(axis, books.with(account, book), rest.map);
    }

    private static TrieMap<UUID, Reservation> indexed(
            TrieMap<UUID, Reservation> all, UUID id, @Nullable Reservation now) {
        return now == null ? all.without(id) : all.with(id, now);
    }

    private static final class Holder {
        private TrieMap<UUID, Reservation> map;

        Holder(TrieMap<UUID, Reservation> map) {
            this.map = map;
        }
    }
}
