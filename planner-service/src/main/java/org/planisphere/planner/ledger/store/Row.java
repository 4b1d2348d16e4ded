package org.planisphere.planner.ledger.store;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Window;

/**
 * One row of the log: what one operation means for one account.
 *
 * @param from what is used from now on begins; for {@link Op#RELEASE} and {@link Op#EXPIRE} what is given back
 * @param until it ends; not after {@code from} when nothing is left to give back
 * @param expires of a hold; null for one that is taken at once and for every other operation
 * @param claims of a hold, all of its accounts; empty for every other operation
 */
record Row(
        Account account,
        long version,
        Op op,
        UUID reservation,
        UUID group,
        Instant from,
        Instant until,
        Amounts amounts,
        @Nullable Instant expires,
        List<Claim> claims) {

    enum Op {
        HOLD("H"),
        CONFIRM("C"),
        EXTEND("E"),
        RELEASE("R"),
        EXPIRE("X");

        final String code;

        Op(String code) {
            this.code = code;
        }

        static Op of(String code) {
            for (Op op : values()) {
                if (op.code.equals(code)) {
                    return op;
                }
            }
            throw new IllegalStateException(
                    "the ledger's log holds an operation that this version does not know: " + code);
        }

        boolean gives() {
            return this == RELEASE || this == EXPIRE;
        }
    }

    /** False when the operation gives back nothing. */
    boolean hasWindow() {
        return from.isBefore(until);
    }

    Window window() {
        return new Window(from, until);
    }

    /** To whole microseconds, which is what the log keeps; never shorter. */
    static Window exact(Window window) {
        Instant from = window.from().truncatedTo(ChronoUnit.MICROS);
        Instant until = window.until().truncatedTo(ChronoUnit.MICROS);
        return new Window(from, until.equals(window.until()) ? until : until.plus(1, ChronoUnit.MICROS));
    }

    static long micros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
    }
}
