package org.planisphere.planner.offer;

import java.util.List;
import org.planisphere.planner.ledger.Statement;

/** Where answers are kept. */
public interface OfferArchive {
    /**
     * What stores the answer, with one session in phase OFFERED for each of its offers. Carried out inside the ledger's
     * append, together with the holds.
     */
    List<Statement> store(OfferSet set);
}
