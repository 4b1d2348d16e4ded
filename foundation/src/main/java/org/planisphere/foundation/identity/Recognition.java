package org.planisphere.foundation.identity;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a token says of who shows it. */
public sealed interface Recognition {
    /** It is good, and this is who shows it. */
    record Known(Caller caller) implements Recognition {}

    /** It is none of ours, or no longer, or not for us. Why is nobody's business but the log's. */
    record Unknown() implements Recognition {}

    /** It is good, and who shows it is barred from this node. */
    record Suspended() implements Recognition {}

    /**
     * It is good, but who shows it must log in again in another way.
     *
     * @param acr one of these classes of authentication is wanted; empty for any
     * @param age at most so long ago; null for any time
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9470">RFC 9470</a>
     */
    record Weak(List<String> acr, @Nullable Duration age) implements Recognition {
        public Weak {
            acr = List.copyOf(acr);
        }
    }

    /** It may be good; whoever could tell does not answer now. */
    record Unavailable() implements Recognition {}

    Recognition UNKNOWN = new Unknown();
    Recognition SUSPENDED = new Suspended();
    Recognition UNAVAILABLE = new Unavailable();
}
