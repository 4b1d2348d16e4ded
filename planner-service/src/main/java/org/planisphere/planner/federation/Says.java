package org.planisphere.planner.federation;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.planisphere.planner.offer.Message;

/** The sentences of the federation. Each code has its row in docs/problems.md, "Messages". */
final class Says {
    static final String SILENT = "planner-silent";
    static final String RESTING = "planner-resting";
    static final String BUSY = "planner-busy";
    static final String LIED = "planner-lied";
    static final String LOOP = "question-in-a-loop";
    static final String REPEATED = "question-asked-before";
    static final String DEPTH = "question-too-deep";
    static final String STANDS_IN = "stands-in";
    static final String ORIGINAL_GONE = "original-gone";
    static final String NOT_ROUTED = "planner-not-asked";
    static final String REMOTE = "planner-says";

    private Says() {}

    static Message silent(Peer peer, String why, Instant now) {
        return say(SILENT, Message.Level.ERROR, "${planner} ${why}.", peer, why, now);
    }

    static Message resting(Peer peer, Instant until, Instant now) {
        long seconds = Math.max(1, Duration.between(now, until).toSeconds());
        return new Message(
                RESTING,
                Message.Level.ERROR,
                "${planner} failed again and again and is not asked for ${seconds} s.",
                Map.of("planner", peer.name(), "seconds", Long.toString(seconds)),
                now);
    }

    static Message busy(Peer peer, Instant now) {
        return new Message(
                BUSY,
                Message.Level.ERROR,
                "${planner} is not asked: too many questions to it are under way.",
                Map.of("planner", peer.name()),
                now);
    }

    static Message lied(Peer peer, String why, Instant now) {
        return say(LIED, Message.Level.WARN, "An offer of ${planner} is left out: ${why}.", peer, why, now);
    }

    static Message notAsked(Peer peer, String why, Instant now) {
        return say(NOT_ROUTED, Message.Level.INFO, "${planner} is not asked: ${why}.", peer, why, now);
    }

    static Message loop(Instant now) {
        return new Message(
                LOOP, Message.Level.ERROR, "This question has come through this planner before.", Map.of(), now);
    }

    static Message repeated(Instant now) {
        return new Message(
                REPEATED,
                Message.Level.ERROR,
                "This planner has answered the same question by another way.",
                Map.of(),
                now);
    }

    static Message tooDeep(int depth, Instant now) {
        return new Message(
                DEPTH,
                Message.Level.INFO,
                "Nobody else is asked: the question has come through ${depth} planners.",
                Map.of("depth", Integer.toString(depth)),
                now);
    }

    static Message standsIn(Peer peer, Instant now) {
        return new Message(
                STANDS_IN,
                Message.Level.INFO,
                "It runs at ${planner}; this planner stands in for it.",
                Map.of("planner", peer.name()),
                now);
    }

    static Message gone(String planner, String why, Instant now) {
        return new Message(
                ORIGINAL_GONE,
                Message.Level.ERROR,
                "${planner} does not give it any more: ${why}",
                Map.of("planner", planner, "why", why),
                now);
    }

    static Message silent(String planner, String why, Instant now) {
        return new Message(
                SILENT, Message.Level.ERROR, "${planner} ${why}.", Map.of("planner", planner, "why", why), now);
    }

    /** Why another planner does not do as it was asked, in its own words. */
    static Message said(String planner, String text, Instant now) {
        return new Message(
                REMOTE, Message.Level.ERROR, "${planner}: ${text}", Map.of("planner", planner, "text", text), now);
    }

    /** What another planner said, as it said it. */
    static Message remote(Peer peer, String code, String text, Map<String, String> values, Instant now) {
        Map<String, String> all = new java.util.HashMap<>(values);
        all.put("planner", peer.name());
        all.put("code", code);
        all.put("text", text);
        return new Message(REMOTE, Message.Level.ERROR, "${planner}: ${text}", all, now);
    }

    private static Message say(String code, Message.Level level, String template, Peer peer, String why, Instant now) {
        return new Message(code, level, template, Map.of("planner", peer.name(), "why", why), now);
    }
}
