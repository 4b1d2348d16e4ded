package org.planisphere.planner.session;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Platform;

/** Everything a session says of itself, each with its code: what happened, why it ended, why a change was refused. */
public final class SessionMessages {
    static final String CANCEL_ASKED = "cancel-asked";

    private SessionMessages() {}

    private static Message info(String code, Instant at, String template, Map<String, String> values) {
        return new Message(code, Message.Level.INFO, template, values, at);
    }

    private static Message warn(String code, Instant at, String template, Map<String, String> values) {
        return new Message(code, Message.Level.WARN, template, values, at);
    }

    private static Message error(String code, Instant at, String template, Map<String, String> values) {
        return new Message(code, Message.Level.ERROR, template, values, at);
    }

    static Message accepted(Instant at) {
        return info("accepted", at, "Accepted.", Map.of());
    }

    static Message rejected(Instant at) {
        return info("rejected", at, "The offer was rejected.", Map.of());
    }

    static Message siblingAccepted(Instant at, String sibling) {
        return info(
                "sibling-accepted",
                at,
                "Another offer of the same set, ${session}, was accepted.",
                Map.of("session", sibling));
    }

    /** The offer was not accepted in time. */
    public static Message expired(Instant at) {
        return info("offer-expired", at, "The offer was not accepted before it expired.", Map.of());
    }

    static Message waiting(Instant at, Instant until) {
        return info("waiting", at, "Waiting; preparation begins at ${until}.", Map.of("until", until.toString()));
    }

    static Message preparing(Instant at) {
        return info("preparing", at, "Preparing.", Map.of());
    }

    static Message progress(Instant at, String sentence) {
        return info("progress", at, "${sentence}", Map.of("sentence", sentence));
    }

    static Message available(Instant at) {
        return info("available", at, "Prepared.", Map.of());
    }

    /** @param detail half a sentence of the engine's */
    static Message queued(Instant at, String detail) {
        return info("queued", at, "It waits for its turn at the platform: ${detail}.", Map.of("detail", detail));
    }

    static Message running(Instant at) {
        return info("running", at, "Running.", Map.of());
    }

    static Message startedLate(Instant at, Instant latest, long seconds) {
        return warn(
                "started-late",
                at,
                "The run begins after ${latest}, its latest start; ${duration} s remain for it.",
                Map.of("latest", latest.toString(), "duration", Long.toString(seconds)));
    }

    static Message startMissed(Instant at, Instant latest) {
        return error(
                "start-missed",
                at,
                "The run could not begin by ${latest}, its latest start.",
                Map.of("latest", latest.toString()));
    }

    /** Why a run ended, with what it used: {@code cpuSeconds}, {@code peakMemory} and {@code storage} (bytes). */
    static Message end(Instant at, Observation.Ended ended, Session session) {
        Amounts granted = session.offer().granted();
        Map<String, String> values = new LinkedHashMap<>();
        values.put("exitCode", Integer.toString(ended.exitCode()));
        values.put("detail", ended.detail());
        values.put("began", ended.since().toString());
        values.put("ended", ended.until().toString());
        if (!ended.usage().equals(Observation.Usage.UNKNOWN)) {
            values.put("cpuSeconds", Double.toString(ended.usage().cpuSeconds()));
            values.put("peakMemory", Long.toString(ended.usage().peakMemory()));
            values.put("storage", Long.toString(ended.usage().storage()));
        }
        if (ended.usage().energy() > 0) {
            values.put("energy", Double.toString(ended.usage().energy()));
        }
        return switch (ended.end()) {
            case SUCCEEDED -> info("run-succeeded", at, "The run has ended with exit code ${exitCode}.", values);
            case FAILED -> error("run-failed", at, "The run has failed with exit code ${exitCode}. ${detail}", values);
            case OUT_OF_MEMORY ->
                error(
                        "out-of-memory",
                        at,
                        "The run needed more memory than the ${limit} ${unit} it was granted and was ended.",
                        limited(values, "memory", granted.memory(), "MiB"));
            case OUT_OF_TIME ->
                error(
                        "out-of-time",
                        at,
                        "The run was ended when its ${limit} ${unit} were over.",
                        limited(
                                values,
                                "duration",
                                session.schedule().duration().toSeconds(),
                                "s"));
            case OUT_OF_STORAGE ->
                ended.printable().isPresent()
                        ? error(
                                "out-of-storage",
                                at,
                                "The run printed more than ${limit} ${unit} and was ended.",
                                limited(values, "output", ended.printable().getAsLong(), "MiB"))
                        : error(
                                "out-of-storage",
                                at,
                                "The run wrote more than the ${limit} ${unit} it was granted and was ended.",
                                limited(values, "storage", granted.storage(), "MiB"));
            case CANCELLED -> info("run-stopped", at, "The run was stopped.", values);
            case LOST -> error("run-lost", at, "The run is gone and its end was not seen. ${detail}", values);
        };
    }

    private static Map<String, String> limited(Map<String, String> values, String resource, long limit, String unit) {
        values.put("resource", resource);
        values.put("limit", Long.toString(limit));
        values.put("unit", unit);
        return values;
    }

    static Message cancelAsked(Instant at) {
        return info(CANCEL_ASKED, at, "Asked to stop.", Map.of());
    }

    static Message stopped(Instant at) {
        return info("run-stopped", at, "The run was stopped.", Map.of());
    }

    static Message cancelled(Instant at) {
        return info("cancelled", at, "Cancelled.", Map.of());
    }

    static Message prepareFailed(Instant at, String detail) {
        return error("prepare-failed", at, "It could not be prepared: ${detail}", Map.of("detail", detail));
    }

    static Message startFailed(Instant at, String detail) {
        return error("start-failed", at, "It could not be started: ${detail}", Map.of("detail", detail));
    }

    static Message resultsNotStored(Instant at, String detail) {
        return error("results-not-stored", at, "The results could not be stored: ${detail}", Map.of("detail", detail));
    }

    /** The message with how many bytes were moved for the session, where any were. */
    static Message moved(Message message, Platform.Moved moved) {
        if (moved.all() == 0) {
            return message;
        }
        Map<String, String> values = new LinkedHashMap<>(message.values());
        values.put("moved", Long.toString(moved.all()));
        values.put("movedIn", Long.toString(moved.in()));
        values.put("movedOut", Long.toString(moved.out()));
        return new Message(message.code(), message.level(), message.template(), values, message.time());
    }

    static Message connectors(Instant at, List<LiveConnector> open) {
        return open.isEmpty()
                ? info("connectors", at, "No way into the run is open any more.", Map.of())
                : info(
                        "connectors",
                        at,
                        "The run can be reached at ${locations}.",
                        Map.of(
                                "locations",
                                String.join(
                                        ", ",
                                        open.stream()
                                                .map(LiveConnector::location)
                                                .toList())));
    }

    static Message completed(Instant at) {
        return info("completed", at, "Completed; results and output are kept.", Map.of());
    }

    static Message ended(Instant at) {
        return info("ended", at, "Everything that was reserved has been given back; output is kept.", Map.of());
    }

    static Message rescheduled(Instant at, String start, String end, long seconds) {
        return info(
                "rescheduled",
                at,
                "The run begins between ${start} and ${end} and takes at most ${duration} s.",
                Map.of("start", start, "end", end, "duration", Long.toString(seconds)));
    }

    static Message deleted(Instant at) {
        return info("deleted", at, "Deleted, with its output and results.", Map.of());
    }

    // Refusals.

    static Message offerRejected(Instant at) {
        return error(
                "offer-rejected",
                at,
                "The offer was rejected, or another offer of its set was accepted; it cannot be accepted any more.",
                Map.of("phase", "REJECTED"));
    }

    static Message offerExpired(Instant at, Instant expires) {
        return error(
                "offer-expired",
                at,
                "The offer expired at ${expires}; ask again.",
                Map.of("phase", "EXPIRED", "expires", expires.toString()));
    }

    /** An operator may see and end what is another's, and no more. */
    static Message ownersOnly(Instant at) {
        return error(
                "owners-only",
                at,
                "This is for its owner and the groups it is shared with; an operator may look at it and end it.",
                Map.of());
    }

    static Message notAnOption(Instant at, String path, String value, Phase phase) {
        return error(
                "not-an-option",
                at,
                "${path} cannot be set to ${value} now: it is not among the options of a session in phase ${phase}.",
                Map.of("path", path, "value", value, "phase", phase.name()));
    }

    static Message outOfRange(Instant at, String path, String asked, String min, String max, String units) {
        return error(
                "out-of-range",
                at,
                units.isEmpty()
                        ? "${path} can be ${min} to ${max} now; ${asked} was asked."
                        : "${path} can be ${min} to ${max} ${unit} now; ${asked} was asked.",
                Map.of("path", path, "asked", asked, "min", min, "max", max, "unit", units));
    }

    static Message storageEnds(Instant at, String path, String asked, String storage, Instant ends) {
        return error(
                "storage-ends",
                at,
                "${path} cannot become ${asked}: the storage ${storage} that it uses is kept until ${ends}; have it kept"
                        + " longer first.",
                Map.of("path", path, "asked", asked, "storage", storage, "ends", ends.toString()));
    }

    static Message noRoom(Instant at, String path, String asked, String resource, String holder) {
        return error(
                "no-room",
                at,
                "${path} cannot become ${asked}: ${holder} has too little of ${resource} left in that time.",
                Map.of("path", path, "asked", asked, "resource", resource, "holder", holder));
    }

    static Message sessionActive(Instant at, Phase phase) {
        return error(
                "session-active",
                at,
                "A session in phase ${phase} has not ended; cancel it before it is deleted.",
                Map.of("phase", phase.name()));
    }

    static Message sessionEnded(Instant at, Phase phase) {
        return error("session-ended", at, "The session has ended in phase ${phase}.", Map.of("phase", phase.name()));
    }

    static Message busy(Instant at) {
        return error(
                "session-busy", at, "The session kept changing while this was tried; look again and retry.", Map.of());
    }
}
