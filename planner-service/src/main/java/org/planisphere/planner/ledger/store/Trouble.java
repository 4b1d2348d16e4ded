package org.planisphere.planner.ledger.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;

/** What an exception of the database means for the batch in which it came. */
enum Trouble {
    /** Somebody else has the version or the row: begin again. */
    AGAIN,
    /** A statement is wrong: one proposal is to blame, not the database. */
    STATEMENT,
    /** The database does not answer as it should. */
    DATABASE;

    private static final System.Logger LOG = System.getLogger(Trouble.class.getName());

    /** Takes back what the transaction did, as far as the connection still answers. */
    static void rollback(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "the connection is gone, and the transaction with it", e);
        }
    }

    /** Another planner was first: the key is taken. */
    static boolean taken(SQLException e) {
        return "23505".equals(e.getSQLState());
    }

    static Trouble of(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (e instanceof SQLTransientConnectionException
                || e instanceof SQLNonTransientConnectionException
                || e instanceof SQLRecoverableException) {
            return DATABASE;
        }
        return switch (state) {
            // serialization, deadlock, lock not available; H2: lock timeout, concurrent update
            case "40001", "40P01", "55P03", "HYT00", "90131" -> AGAIN;
            default -> {
                String family = state.length() >= 2 ? state.substring(0, 2) : "";
                yield switch (family) {
                    // no data, data, integrity, syntax and names, H2's own about values
                    case "21", "22", "23", "42", "07" -> STATEMENT;
                    default -> DATABASE;
                };
            }
        };
    }
}
