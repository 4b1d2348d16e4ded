package org.planisphere.planner.staging;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.planisphere.planner.task.Kind;

/** A way to fetch what a task names. Thread safe. */
public interface Source {
    /** Kinds of data it fetches; none when nothing is allowed. */
    Set<Kind> kinds();

    /** URL schemes of simple data that it fetches; none when nothing is allowed. */
    Set<String> schemes();

    /** Whether the address is one that it would fetch, allowed or not. */
    boolean takes(Address address);

    /** Why it cannot be fetched, as far as that can be told without asking anybody for it. */
    Optional<Unreachable> examine(Address address);

    /**
     * How many bytes it is; empty when nobody can tell. Blocks for a short time at most.
     *
     * @throws Gone when it is known not to be there
     * @throws IOException when it cannot be told now
     */
    OptionalLong measure(Address address) throws IOException;

    /** Whose speed counts for it: a host, or words for a place. */
    String whence(Address address);

    /**
     * Fetches it into a new file, or, when it is a folder, into a new folder. Blocks.
     *
     * @param target in a folder that nobody else can change meanwhile
     * @throws IOException with words for whoever named it
     */
    Staged fetch(Address address, Path target, Transfer transfer) throws IOException;

    /** It is not there. */
    final class Gone extends IOException {
        private static final long serialVersionUID = 1L;

        public Gone(String message) {
            super(message);
        }
    }
}
