package org.planisphere.planner.usage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.session.ForwardingStore;
import org.planisphere.planner.session.Lease;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.session.SessionStore;
import org.planisphere.planner.session.Turn;

/** Keeps a usage record with the end of every accepted session, in the same append; all else is the store's. */
public final class AccountedSessions extends ForwardingStore {
    private final UsageStore usage;
    private final Function<String, Optional<PlatformDescription>> platforms;

    /** @param platforms by id, as they are now */
    public AccountedSessions(
            SessionStore store, UsageStore usage, Function<String, Optional<PlatformDescription>> platforms) {
        super(store);
        this.usage = usage;
        this.platforms = platforms;
    }

    @Override
    public List<Statement> change(Turn turn, @Nullable Lease lease) {
        List<Statement> change = super.change(turn, lease);
        Session after = turn.after();
        if (!after.phase().terminal() || turn.before().phase().terminal() || after.accepted() == null) {
            return change;
        }
        List<Statement> all = new ArrayList<>(change);
        all.addAll(usage.keep(
                UsageRecord.of(after, platforms.apply(after.offer().platform()).orElse(null))));
        return all;
    }
}
