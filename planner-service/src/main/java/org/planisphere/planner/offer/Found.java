package org.planisphere.planner.offer;

import java.util.List;

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
}
