package org.planisphere.planner.staging;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A way to put results where a task wants them. Thread safe. */
public interface Sink {
    /** Whether the address is one to which it would put something, allowed or not. */
    boolean takes(Address address);

    /** Why nothing can be put there, as far as that can be told without asking anybody. */
    Optional<Unreachable> examine(Address address);

    /**
     * A file that is to be put somewhere.
     *
     * @param name relative, with {@code /} between its parts; empty when the address is the file's own
     */
    record Parcel(String name, ResultFile file, Opener opener) {
        /** The file's bytes from the first one on. */
        public interface Opener {
            InputStream open() throws IOException;
        }
    }

    /**
     * Stores a file; when it returns, the store has said that it has it. The same file may be put again after a crash;
     * another file that is there already is never replaced.
     *
     * @throws IOException with words for whoever named the address
     */
    void put(Address address, Sink.Parcel parcel, Transfer transfer) throws IOException;
}
