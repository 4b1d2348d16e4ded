package org.planisphere.planner.offer;

import java.util.List;

/**
 * The answer to the simple question whether a type of task is taken here.
 *
 * @param messages for NO, why; at least one of level ERROR
 */
public record Accepts(boolean yes, List<Message> messages) {
    public Accepts {
        messages = List.copyOf(messages);
    }
}
