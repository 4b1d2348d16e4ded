package org.planisphere.planner.offer;

import java.util.ArrayList;
import java.util.List;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.task.Task;

/** Where answers are kept. */
public interface OfferArchive {
    /**
     * What stores the answer, with one session in phase OFFERED for each of its offers. Carried out inside the ledger's
     * append, together with the holds.
     */
    List<Statement> store(OfferSet set);

    /** The same, and {@linkplain #note notes} who asked for it. */
    default List<Statement> store(OfferSet set, Task task, Caller caller) {
        List<Statement> statements = new ArrayList<>(store(set));
        statements.addAll(note(set, task, caller));
        return statements;
    }

    /** What notes who asked for what and what was answered; nothing, unless that is kept. */
    default List<Statement> note(OfferSet set, Task task, Caller caller) {
        return List.of();
    }

    /**
     * What adds offers to an answer that is stored already.
     *
     * @param set the answer's name and owner, and the offers to add
     * @param place how many offers it has already
     * @throws UnsupportedOperationException where only whole answers are kept
     */
    default List<Statement> add(OfferSet set, int place) {
        throw new UnsupportedOperationException("only whole answers are kept here");
    }

    /**
     * What stores the last word of an answer that is stored already: its messages, and what is passed on.
     *
     * @throws UnsupportedOperationException where only whole answers are kept
     */
    default List<Statement> finish(OfferSet set) {
        throw new UnsupportedOperationException("only whole answers are kept here");
    }
}
