package org.planisphere.planner.offer;

import java.util.List;
import java.util.stream.Stream;

/**
 * What came from elsewhere in answer to a question: offers that we are to stand in for, offers that are passed on as they
 * are, and what is to be said about those that gave none.
 *
 * @param drafts in the order in which they are to be held, best first; each with its {@link Draft#original()}
 */
public record Found(List<Draft> drafts, List<PassedOffer> passed, List<Message> messages) {
    public static final Found NOTHING = new Found(List.of(), List.of(), List.of());

    public Found {
        drafts = List.copyOf(drafts);
        passed = List.copyOf(passed);
        messages = List.copyOf(messages);
    }

    public boolean isEmpty() {
        return drafts.isEmpty() && passed.isEmpty() && messages.isEmpty();
    }

    /** This, and then what came after it. */
    public Found and(Found later) {
        return new Found(both(drafts, later.drafts), both(passed, later.passed), both(messages, later.messages));
    }

    private static <T> List<T> both(List<T> first, List<T> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
