package org.planisphere.planner.ledger;

import java.util.List;

/**
 * What is to be appended together or not at all: entries of the log and the statements that store what they mean.
 */
public record Proposal(List<Entry> entries, List<Statement> statements) {
    public Proposal {
        entries = List.copyOf(entries);
        statements = List.copyOf(statements);
    }
}
