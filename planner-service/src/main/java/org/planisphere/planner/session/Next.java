package org.planisphere.planner.session;

/** What a step wants next. */
enum Next {
    /** Another step, at once. */
    GO,
    /** The same step on a thread that may block for long. */
    SLOW,
    /** Nothing until it is woken. */
    REST
}
