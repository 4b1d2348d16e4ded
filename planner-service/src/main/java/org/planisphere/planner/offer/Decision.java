package org.planisphere.planner.offer;

import java.util.List;

/**
 * What was decided: drafts that can all be held together, the earliest first, or none and the reasons.
 *
 * @param messages with no draft, at least one of level ERROR
 */
public record Decision(List<Draft> drafts, List<Message> messages) {
    public Decision {
        drafts = List.copyOf(drafts);
        messages = List.copyOf(messages);
    }

    public boolean yes() {
        return !drafts.isEmpty();
    }
}
