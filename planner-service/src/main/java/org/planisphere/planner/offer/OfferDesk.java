package org.planisphere.planner.offer;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.LedgerUnavailable;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.quota.Quotas;
import org.planisphere.planner.quota.Standing;
import org.planisphere.planner.task.ComputeRequest;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.ScheduleRequest;
import org.planisphere.planner.task.Task;

/**
 * Where callers ask for offers. Takes a picture of the ledger, has it decided, and commits the decision; when somebody
 * else was faster, decides again on a fresh picture. Thread safe.
 */
public final class OfferDesk {
    /** So often a decision is made again before the answer is NO. */
    static final int MOST_ROUNDS = 16;

    private final Ledger ledger;
    private final List<Platform> platforms;
    private final Quotas quotas;
    private final OfferArchive archive;
    private final DeskSettings settings;
    private final KeptStorages kept;

    /** @param platforms whose offers are decided here; may be empty where others are asked */
    public OfferDesk(
            Ledger ledger, List<Platform> platforms, Quotas quotas, OfferArchive archive, DeskSettings settings) {
        this(ledger, platforms, quotas, archive, settings, KeptStorages.NONE);
    }

    /** @param kept what storage is kept for whom */
    public OfferDesk(
            Ledger ledger,
            List<Platform> platforms,
            Quotas quotas,
            OfferArchive archive,
            DeskSettings settings,
            KeptStorages kept) {
        this.kept = kept;
        this.ledger = ledger;
        this.platforms = List.copyOf(platforms);
        this.quotas = quotas;
        this.archive = archive;
        this.settings = settings;
    }

    /**
     * The answer to a request, YES or NO. Blocks until it is on disk, holds included; an indicative answer is neither
     * held nor stored and does not block.
     *
     * @param kindBase the spelling of the kind URIs' base that the request used
     * @param hold whether the offers hold their resources until they expire; without, they expire at once
     * @throws LedgerUnavailable when the database does not answer; then nothing is promised
     */
    public OfferSet ask(Task task, Caller caller, String kindBase, boolean hold) {
        return platforms.isEmpty()
                ? inquiry(task, caller, kindBase, hold).whole(List.of())
                : ask(task, caller, kindBase, hold, set -> new Proposal(List.of(), archive.store(set)));
    }

    /**
     * The answer to a request, of which an offer is taken up in the moment it is stored. Otherwise as above.
     *
     * @param taking what stores a set with offers, and what follows its holds; asked again when somebody else was faster
     * @throws LedgerUnavailable also when what is stored with it has been stored by somebody else; then nothing is promised
     */
    public OfferSet ask(Task task, Caller caller, String kindBase, Function<OfferSet, Proposal> taking) {
        return ask(task, caller, kindBase, true, taking);
    }

    private OfferSet ask(
            Task task, Caller caller, String kindBase, boolean hold, Function<OfferSet, Proposal> storing) {
        List<Site> sites = sites(task, caller);
        Standing standing = quotas.standing(caller, ledger.now());
        int most = settings.maxOffers();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            Question question = question(task, sites, standing, hold, most);
            Decision decision = Decider.decide(question);
            OfferSet set = named(null, decision, caller, kindBase, question.now(), hold);
            if (!hold) {
                return set;
            }
            Outcome outcome = set.offers().isEmpty()
                    ? append(set, archive.store(set, task, caller))
                    : append(set, storing.apply(set), archive.note(set, task, caller));
            if (outcome instanceof Outcome.Appended) {
                return set;
            }
            if (outcome instanceof Outcome.Stale) {
                // Another decision would find it so again; who asks again finds what the other stored.
                throw new LedgerUnavailable("what belongs to this answer was stored by somebody else meanwhile", null);
            }
            if (outcome instanceof Outcome.TooManyHeld && most > 1) {
                Outcome.TooManyHeld full = (Outcome.TooManyHeld) outcome;
                most = Math.max(1, Math.min(most - 1, full.maxHeld() - full.held()));
            }
        }
        Instant now = ledger.now();
        OfferSet no = named(
                null, new Decision(List.of(), List.of(new Refusals(now).contended())), caller, kindBase, now, hold);
        append(no, archive.store(no, task, caller));
        return no;
    }

    /** A question that others are asked too, whose answer is put together as their offers come. Parameters as above. */
    public Inquiry inquiry(Task task, Caller caller, String kindBase, boolean hold) {
        return new Inquiry(this, task, caller, kindBase, hold);
    }

    /**
     * Whether a task of this kind, open in everything else, would be offered something now: the same evaluation as {@link
     * #ask}, without what only the engine can judge of a particular task. Holds and stores nothing.
     */
    public Accepts accepts(KindRef kind, Caller caller) {
        if (platforms.isEmpty()) {
            return new Accepts(false, List.of());
        }
        Task open = new Task(
                new Executable.Unknown(kind, Label.NONE),
                ComputeRequest.ANY,
                List.of(),
                List.of(),
                ScheduleRequest.ANY,
                List.of(),
                List.of());
        Decision decision = Decider.decide(question(open, plain(), quotas.standing(caller, ledger.now()), false, 1));
        return new Accepts(decision.yes(), decision.messages());
    }

    /**
     * What the rules say of a task whatever is taken: as if nothing were, at an instant that may have passed. Holds and
     * stores nothing.
     */
    public Decision judge(Task task, Standing standing, Instant at) {
        if (platforms.isEmpty()) {
            return new Decision(List.of(), List.of());
        }
        Ledger.View empty = new EmptyView(at, settings.slot());
        return Decider.decide(new Question(task, sites(task, null), standing, empty, at, settings, false, 1));
    }

    Ledger ledger() {
        return ledger;
    }

    OfferArchive archive() {
        return archive;
    }

    DeskSettings settings() {
        return settings;
    }

    Standing standing(Caller caller) {
        return quotas.standing(caller, ledger.now());
    }

    /** What the platforms here can offer, or why not; holds nothing. */
    Decision decide(Task task, Caller caller, Standing standing, boolean hold, int most) {
        return platforms.isEmpty()
                ? new Decision(List.of(), List.of())
                : Decider.decide(question(task, sites(task, caller), standing, hold, most));
    }

    private Question question(Task task, List<Site> sites, Standing standing, boolean hold, int most) {
        Set<Account> accounts = new LinkedHashSet<>();
        sites.forEach(site -> {
            accounts.add(site.platform().account());
            accounts.addAll(standing.shares(site.platform().id()));
            site.kept().values().forEach(one -> accounts.add(one.account()));
        });
        accounts.addAll(standing.accounts());
        Ledger.View view = ledger.view(accounts);
        // whole microseconds, as databases keep them
        Instant now = view.now().truncatedTo(ChronoUnit.MICROS);
        return new Question(task, sites, standing, view, now, settings, hold, most);
    }

    private List<Site> plain() {
        return platforms.stream()
                .map(platform -> new Site(platform.describe(), List.of()))
                .toList();
    }

    /** @param caller null where nobody in particular asks */
    private List<Site> sites(Task task, @Nullable Caller caller) {
        List<Site> sites = new ArrayList<>(platforms.size());
        for (Platform platform : platforms) {
            sites.add(Keeps.of(Site.of(platform, task), task, caller, kept, platform.external()));
        }
        return sites;
    }

    /** Holds the offers and carries out the statements that store them. */
    Outcome append(OfferSet set, List<Statement> statements) {
        return append(set, new Proposal(List.of(), statements), List.of());
    }

    private Outcome append(OfferSet set, Proposal storing, List<Statement> note) {
        List<Entry> entries = new ArrayList<>(set.offers().size());
        for (Offer offer : set.offers()) {
            entries.addAll(Reserved.hold(offer, set.id()));
        }
        entries.addAll(storing.entries());
        List<Statement> statements = new ArrayList<>(storing.statements());
        statements.addAll(note);
        try {
            return ledger.append(new Proposal(entries, statements)).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof LedgerUnavailable) {
                throw (LedgerUnavailable) e.getCause();
            }
            throw e;
        }
    }

    /** @param known the set's name; null for a new one */
    static OfferSet named(
            @Nullable UUID known, Decision decision, Caller caller, String kindBase, Instant now, boolean hold) {
        int count = 1;
        for (Draft draft : decision.drafts()) {
            Task task = draft.task();
            count += 3
                    + task.storage().size()
                    + task.data().size()
                    + task.compute().volumes().size();
        }
        Uuids uuids = new Uuids(count, now);
        UUID fresh = uuids.next();
        UUID id = known == null ? fresh : known;
        List<Offer> offers = new ArrayList<>(decision.drafts().size());
        for (Draft draft : decision.drafts()) {
            offers.add(new Offer(
                    uuids.next(),
                    draft.platform(),
                    draft.task(),
                    draft.granted(),
                    draft.shape(),
                    draft.schedule(),
                    hold ? draft.expires() : now,
                    draft.costs(),
                    draft.metrics(),
                    draft.claims(),
                    components(draft.task(), uuids),
                    draft.network(),
                    draft.messages(),
                    draft.funding(),
                    draft.original()));
        }
        return new OfferSet(id, caller.id(), kindBase, now, hold, offers, decision.messages());
    }

    private static Map<String, UUID> components(Task task, Uuids uuids) {
        Map<String, UUID> components = new LinkedHashMap<>();
        components.put("executable", uuids.next());
        components.put("compute", uuids.next());
        for (int i = 0; i < task.storage().size(); i++) {
            UUID fresh = uuids.next();
            UUID kept = task.storage().get(i).id();
            components.put("storage/" + i, kept == null ? fresh : kept);
        }
        for (int i = 0; i < task.data().size(); i++) {
            components.put("data/" + i, uuids.next());
        }
        for (int i = 0; i < task.compute().volumes().size(); i++) {
            components.put("compute/volumes/" + i, uuids.next());
        }
        return components;
    }
}
