package org.planisphere.foundation.identity;

/** What a token says of who shows it. */
public sealed interface Recognition {
    /** It is good, and this is who shows it. */
    record Known(Caller caller) implements Recognition {}

    /** It is none of ours, or no longer, or not for us. Why is nobody's business but the log's. */
    record Unknown() implements Recognition {}

    /** It is good, and who shows it is barred from this node. */
    record Suspended() implements Recognition {}

    /** It may be good; whoever could tell does not answer now. */
    record Unavailable() implements Recognition {}

    Recognition UNKNOWN = new Unknown();
    Recognition SUSPENDED = new Suspended();
    Recognition UNAVAILABLE = new Unavailable();
}
