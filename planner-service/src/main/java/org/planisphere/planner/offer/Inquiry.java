package org.planisphere.planner.offer;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.platform.Original;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.quota.Standing;
import org.planisphere.planner.task.Task;

/**
 * One question whose answer is put together from parts as they come: what is decided here, and what other planners offer.
 * Each part is held and stored before it is returned, so that whoever is told of it can accept it at once. Thread safe;
 * parts are added one at a time.
 */
public final class Inquiry {
    /** A caller whose own limits leave no room for an offer of another planner. */
    static final String STAND_IN_OVER_LIMIT = "stand-in-over-limit";

    private final OfferDesk desk;
    private final Task task;
    private final Caller caller;
    private final String kindBase;
    private final boolean hold;
    private final Instant created;
    private final UUID id;
    private final List<Offer> offers = new ArrayList<>();
    private final List<PassedOffer> passed = new ArrayList<>();
    private final Set<Message> messages = new LinkedHashSet<>();
    private boolean stored;

    Inquiry(OfferDesk desk, Task task, Caller caller, String kindBase, boolean hold) {
        this.desk = desk;
        this.task = task;
        this.caller = caller;
        this.kindBase = kindBase;
        this.hold = hold;
        this.created = now();
        this.id = new Uuids(1, created).next();
    }

    /**
     * A part of the answer.
     *
     * @param leftOut originals that nobody stands in for, because the caller's limits leave no room; what they hold may be
     *     given back
     */
    public record Part(OfferSet set, List<Original> leftOut) {
        public Part {
            leftOut = List.copyOf(leftOut);
        }
    }

    public UUID id() {
        return id;
    }

    public Task task() {
        return task;
    }

    public Caller caller() {
        return caller;
    }

    public boolean hold() {
        return hold;
    }

    /** Decides for the platforms here. Blocks until it is on disk. */
    public synchronized OfferSet own() {
        Standing standing = desk.standing(caller);
        int most = desk.settings().maxOffers();
        for (int round = 0; round < OfferDesk.MOST_ROUNDS; round++) {
            Decision decision = desk.decide(task, caller, standing, hold, Math.max(1, most));
            OfferSet part = OfferDesk.named(id, decision, caller, kindBase, now(), hold);
            Outcome outcome = keep(part);
            if (outcome instanceof Outcome.Appended) {
                return part;
            }
            most = fewer(outcome, most);
        }
        return refused(new Refusals(now()).contended());
    }

    /**
     * Adds what was found elsewhere, as far as the caller's own limits have room for it. Blocks until it is on disk.
     *
     * @param platform on whose account the stand-ins are counted
     */
    public synchronized Part add(Found found, PlatformDescription platform) {
        Standing standing = desk.standing(caller);
        Set<Account> accounts = new LinkedHashSet<>();
        accounts.add(platform.account());
        accounts.addAll(standing.accounts());
        accounts.addAll(standing.shares(platform.id()));
        int most = found.drafts().size();
        for (int round = 0; round < OfferDesk.MOST_ROUNDS; round++) {
            Ledger.View view = desk.ledger().view(accounts);
            StandIns standIns = new StandIns(
                    platform,
                    task.executable(),
                    standing,
                    view,
                    now(),
                    Slots.of(desk.settings().slot()),
                    desk.settings().lifetime(),
                    hold);
            List<Draft> fitting = standIns.fitting(found.drafts(), most);
            List<Message> said = new ArrayList<>(found.messages());
            List<Original> left = StandIns.leftOut(found.drafts(), fitting);
            if (!left.isEmpty()) {
                said.addAll(standIns.reasons());
                said.add(StandIns.overLimit(left, now()));
            }
            OfferSet named = OfferDesk.named(id, new Decision(fitting, said), caller, kindBase, now(), hold);
            OfferSet part = new OfferSet(
                    id, caller.id(), kindBase, named.created(), hold, named.offers(), said, found.passed());
            Outcome outcome = keep(part);
            if (outcome instanceof Outcome.Appended) {
                return new Part(part, left);
            }
            most = fewer(outcome, most);
        }
        return new Part(refused(new Refusals(now()).contended()), StandIns.leftOut(found.drafts(), List.of()));
    }

    /** The answer as a whole. Blocks until it is on disk. */
    public synchronized OfferSet whole(List<Message> last) {
        messages.addAll(last);
        List<Message> said = new ArrayList<>();
        boolean yes = !offers.isEmpty() || !passed.isEmpty();
        for (Message message : messages) {
            // Beside offers, why others gave none is only for information.
            said.add(
                    yes && message.level() == Message.Level.ERROR
                            ? new Message(
                                    message.code(),
                                    Message.Level.INFO,
                                    message.template(),
                                    message.values(),
                                    message.time())
                            : message);
        }
        OfferSet whole = new OfferSet(id, caller.id(), kindBase, created, hold, offers, said, passed);
        if (hold) {
            OfferSet head = new OfferSet(id, caller.id(), kindBase, created, true, List.of(), said, passed);
            desk.append(
                    head, stored ? desk.archive().finish(head) : desk.archive().store(head, task, caller));
            stored = true;
        }
        return whole;
    }

    private Outcome keep(OfferSet part) {
        Outcome outcome = new Outcome.Appended(part.created());
        if (hold && !part.offers().isEmpty()) {
            OfferSet dated = new OfferSet(id, part.owner(), kindBase, created, true, part.offers(), part.messages());
            outcome = desk.append(
                    dated,
                    stored
                            ? desk.archive().add(dated, offers.size())
                            : desk.archive().store(dated, task, caller));
            stored |= outcome instanceof Outcome.Appended;
        }
        if (outcome instanceof Outcome.Appended) {
            offers.addAll(part.offers());
            passed.addAll(part.passed());
            messages.addAll(part.messages());
        }
        return outcome;
    }

    private OfferSet refused(Message why) {
        messages.add(why);
        return new OfferSet(id, caller.id(), kindBase, now(), hold, List.of(), List.of(why));
    }

    private static int fewer(Outcome outcome, int most) {
        return outcome instanceof Outcome.TooManyHeld full
                ? Math.max(0, Math.min(most - 1, full.maxHeld() - full.held()))
                : most;
    }

    private Instant now() {
        return desk.ledger().now().truncatedTo(ChronoUnit.MICROS);
    }
}
