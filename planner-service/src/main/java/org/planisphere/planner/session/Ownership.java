package org.planisphere.planner.session;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.identity.SecurityLog;
import org.planisphere.planner.audit.Acts;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.offer.Message;

/**
 * Whose a session or an offer set is. A named caller's belongs to that caller and to the groups it was shared with; an
 * anonymous one to whoever knows its address. Only the owner shares, and only with groups the owner is in: so nobody finds
 * out which groups there are. An operator sees all of it and ends it (rejects, cancels, deletes, shares no longer), and
 * takes nothing in another's name.
 */
final class Ownership {
    static final String SHARE = "share";
    static final String UNSHARE = "unshare";

    private final SharedWith shares;
    private final Ledger ledger;
    private final Acts acts;

    Ownership(SharedWith shares, Ledger ledger, Acts acts) {
        this.shares = shares;
        this.ledger = ledger;
        this.acts = acts;
    }

    /**
     * Whether the caller may see it and end it.
     *
     * @param components the thing itself and whatever it is part of
     */
    boolean maySee(String owner, Caller caller, UUID... components) {
        boolean allowed = caller.operator() || mayUse(owner, caller, components);
        if (!allowed) {
            SecurityLog.tell(SecurityLog.Event.HIDDEN, caller.id(), "is not shown " + components[0]);
        }
        return allowed;
    }

    /** As {@link #maySee}: whether the caller may do with it all that its owner may, but share it. */
    boolean mayUse(String owner, Caller caller, UUID... components) {
        return owner.equals(Caller.ANONYMOUS.id())
                || owner.equals(caller.id())
                || (!caller.groups().isEmpty()
                        && !Collections.disjoint(shares.of(List.of(components)), caller.groups()));
    }

    /** What the caller may do about sharing it now. */
    List<Option> options(String owner, Caller caller, UUID component) {
        if (!mayUnshare(owner, caller)) {
            return List.of();
        }
        Set<String> shared = new TreeSet<>(shares.of(List.of(component)));
        Set<String> more = new TreeSet<>(mayShare(owner, caller) ? caller.groups() : Set.of());
        more.removeAll(shared);
        List<Option> options = new ArrayList<>();
        if (!more.isEmpty()) {
            options.add(new Option.EnumOption(SHARE, List.copyOf(more)));
        }
        if (!shared.isEmpty()) {
            options.add(new Option.EnumOption(UNSHARE, List.copyOf(shared)));
        }
        return options;
    }

    static boolean isSharing(String path) {
        return path.equals(SHARE) || path.equals(UNSHARE);
    }

    /** Shares or shares no longer; the refusal when that is not among the options, or null when it is done. */
    @Nullable
    Message change(String owner, Caller caller, UUID component, String path, Change change, Phase phase, Instant now) {
        String group = Updates.value(change);
        boolean text = change instanceof Change.EnumChange || change instanceof Change.StringChange;
        boolean known = text
                && (path.equals(SHARE)
                        ? mayShare(owner, caller) && caller.groups().contains(group)
                        : mayUnshare(owner, caller) && !group.isEmpty());
        if (!known) {
            return SessionMessages.notAnOption(now, path, group, phase);
        }
        if (path.equals(SHARE)) {
            shares.add(component, group);
        } else {
            shares.remove(component, group);
        }
        // Both are harmless twice: whoever is not told that it was done does it again, and then it is noted.
        List<Statement> note = acts.note(caller, path, component.toString(), group);
        if (!note.isEmpty()) {
            noted(note);
        }
        return null;
    }

    private void noted(List<Statement> note) {
        try {
            ledger.append(new Proposal(List.of(), note)).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static boolean mayShare(String owner, Caller caller) {
        return !owner.equals(Caller.ANONYMOUS.id()) && owner.equals(caller.id());
    }

    private static boolean mayUnshare(String owner, Caller caller) {
        return mayShare(owner, caller) || (!owner.equals(Caller.ANONYMOUS.id()) && caller.operator());
    }
}
