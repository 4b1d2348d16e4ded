package org.planisphere.planner.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.audit.Acts;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.OfferArchive;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.planner.quota.Funding;
import org.planisphere.planner.task.Task;

/** Keeps answers where they are kept, and notes with each who asked for what and what was answered. */
public final class NotedOffers implements OfferArchive {
    private final OfferArchive archive;
    private final Acts acts;
    private final AskedRequests requests;

    public NotedOffers(OfferArchive archive, Acts acts, AskedRequests requests) {
        this.archive = archive;
        this.acts = acts;
        this.requests = requests;
    }

    @Override
    public List<Statement> store(OfferSet set) {
        return archive.store(set);
    }

    @Override
    public List<Statement> note(OfferSet set, Task task, Caller caller) {
        List<Statement> statements = new ArrayList<>();
        statements.addAll(acts.note(caller, "ask", set.id().toString(), detail(set)));
        statements.addAll(requests.keep(
                new AskedRequest(set.id(), set.created(), caller.id(), caller.groups(), set.yes(), task)));
        return statements;
    }

    @Override
    public List<Statement> add(OfferSet set, int place) {
        return archive.add(set, place);
    }

    @Override
    public List<Statement> finish(OfferSet set) {
        return archive.finish(set);
    }

    private static String detail(OfferSet set) {
        if (!set.yes()) {
            return "NO: "
                    + set.messages().stream().map(Message::code).distinct().collect(Collectors.joining(", "));
        }
        TreeSet<String> grants = new TreeSet<>();
        set.offers().forEach(offer -> {
            Funding funding = offer.funding();
            if (funding != null) {
                grants.add(funding.group() == null ? funding.grant() : funding.grant() + " for " + funding.group());
            }
        });
        return "YES: " + set.offers().size() + " offers"
                + (grants.isEmpty() ? "" : " under " + String.join(", ", grants));
    }
}
