package org.planisphere.planner.session;

import org.planisphere.planner.offer.Message;

/** What came of something that a caller asked of a session. */
public sealed interface Answer {
    /** It is done and on disk; the session as it is now (as it was, when it was deleted). */
    record Done(Session session) implements Answer {}

    /** It cannot be done now, and nothing was changed: 409 at the door. */
    record Refused(Message why) implements Answer {}

    /** There is no such session, or none that this caller may see. */
    record NotFound() implements Answer {}
}
