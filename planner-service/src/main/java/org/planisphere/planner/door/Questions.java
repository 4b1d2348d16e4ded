package org.planisphere.planner.door;

import jakarta.ws.rs.core.HttpHeaders;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.Weights;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.planner.federation.Trip;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.Offer;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.request.BadRequest;
import org.planisphere.planner.task.Task;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.OfferSetResponse;

/** Puts a question to everybody it concerns: the platforms here, and other planners where this one is an aggregator. */
final class Questions {
    private final PlannerContext planner;
    private final Documents documents;

    Questions(PlannerContext planner) {
        this.planner = planner;
        this.documents = planner.documents();
    }

    /**
     * A question that was read.
     *
     * @param wire as it came
     * @param weights how the offers are ranked; null leaves them in their order
     */
    record Asked(
            Task task,
            String kindBase,
            ExecutionRequest wire,
            Trip trip,
            @Nullable Weights weights) {}

    /** Reads a question; everything wrong with it is told at once. */
    Asked read(byte[] bytes, @Nullable String weights, HttpHeaders headers) {
        ExecutionRequest wire = Bodies.document(
                bytes,
                headers,
                ExecutionRequest.class,
                planner.maxBytes(),
                (rest, known) -> planner.reader().further(rest, planner.ledger().now(), known));
        try {
            Task task = planner.reader().read(wire, planner.ledger().now());
            return new Asked(
                    task,
                    planner.reader().kindBase(wire),
                    wire,
                    Trip.of(
                            headers.getHeaderString(Trip.PATH),
                            headers.getHeaderString(Trip.QUESTION),
                            headers.getHeaderString(Trip.BUDGET)),
                    weights(weights));
        } catch (BadRequest e) {
            throw new ProblemException(
                    ProblemType.INVALID_DOCUMENT,
                    e.faults().size() == 1
                            ? e.faults().get(0).pointer() + ": "
                                    + e.faults().get(0).detail()
                            : "The request has " + e.faults().size() + " faults; see errors.",
                    e.faults());
        }
    }

    /** Asks, and waits for all. */
    OfferSet ask(Asked asked, Caller caller, boolean hold) {
        return planner.federation().present()
                ? together(asked, caller, hold, (name, part) -> {})
                : planner.desk().ask(asked.task, caller, asked.kindBase, hold);
    }

    /** Asks our own platforms, and takes an offer up as the set is stored. */
    OfferSet take(Asked asked, Caller caller, Function<OfferSet, Proposal> taking) {
        return planner.desk().ask(asked.task, caller, asked.kindBase, taking);
    }

    /** Asks, and tells each platform's part, as a document of its own, when it is there; then waits for all. */
    OfferSet ask(Asked asked, Caller caller, boolean hold, BiConsumer<String, OfferSetResponse> each) {
        BiConsumer<String, OfferSet> parts = (name, part) -> {
            if (name.isEmpty()) {
                ours(part).forEach((platform, set) -> each.accept(platform, part(platform, set, asked)));
            } else {
                each.accept(name, part(name, part, asked));
            }
        };
        if (planner.federation().present()) {
            return together(asked, caller, hold, parts);
        }
        OfferSet set = planner.desk().ask(asked.task, caller, asked.kindBase, hold);
        parts.accept("", set);
        return set;
    }

    /**
     * Asks for an aggregator: tells what there is as it comes, all that comes at once together, in JSON and unranked; then
     * waits for all.
     */
    OfferSet gather(Asked asked, Caller caller, boolean hold, Consumer<byte[]> each) {
        return planner.federation()
                .gather(
                        planner.desk().inquiry(asked.task, caller, asked.kindBase, hold),
                        asked.wire,
                        asked.trip,
                        part -> each.accept(documents.gathered(part)));
    }

    /** The answer as a document, ranked where that was asked for or where the offers are several planners'. */
    OfferSetResponse document(OfferSet set, Asked asked) {
        return ranked(documents.decided(set), asked.weights);
    }

    /** Ranks a document's offers. */
    OfferSetResponse ranked(OfferSetResponse document, @Nullable Weights weights) {
        if (weights == null && !planner.federation().present()) {
            return document;
        }
        Instant now = planner.ledger().now();
        Ranked.apply(document, weights == null ? Weights.USUAL : weights, now, documents);
        return document;
    }

    static @Nullable Weights weights(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return Weights.of(text);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemType.INVALID_PARAMETER, "weights: " + e.getMessage() + ".");
        }
    }

    private OfferSet together(Asked asked, Caller caller, boolean hold, BiConsumer<String, OfferSet> each) {
        return planner.federation()
                .ask(planner.desk().inquiry(asked.task, caller, asked.kindBase, hold), asked.wire, asked.trip, each);
    }

    private OfferSetResponse part(String name, OfferSet part, Asked asked) {
        OfferSetResponse document = document(part, asked);
        if (document.meta != null) {
            document.meta.name = name;
        }
        return document;
    }

    /** What is decided here, by platform. */
    private Map<String, OfferSet> ours(OfferSet set) {
        Map<String, OfferSet> parts = new LinkedHashMap<>();
        for (Platform platform : planner.platforms()) {
            String id = platform.describe().id();
            List<Offer> offers = set.offers().stream()
                    .filter(offer -> offer.platform().equals(id))
                    .toList();
            List<Message> messages = set.messages().stream()
                    .filter(message -> id.equals(message.values().get("platform")))
                    .toList();
            if (!offers.isEmpty() || !messages.isEmpty()) {
                parts.put(platform.describe().name(), with(set, offers, messages));
            }
        }
        if (parts.isEmpty() && !set.messages().isEmpty()) {
            parts.put(planner.title(), with(set, List.of(), new ArrayList<>(set.messages())));
        }
        return parts;
    }

    private static OfferSet with(OfferSet set, List<Offer> offers, List<Message> messages) {
        return new OfferSet(set.id(), set.owner(), set.kindBase(), set.created(), set.held(), offers, messages);
    }
}
