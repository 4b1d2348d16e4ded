package org.planisphere.planner.platform.container;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.planisphere.planner.platform.process.WorkSize;

/** What a run may write, print and last, and how much of it is used. Thread safe. */
final class Allotment {
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final List<Path> folders;
    private final long storage;
    private final long output;
    private volatile Instant looked = Instant.EPOCH;
    private volatile long stored;
    private volatile boolean printedTooMuch;

    /**
     * @param folders that the run writes to
     * @param storage bytes of all of them together
     * @param output bytes it may print to each stream
     */
    Allotment(List<Path> folders, long storage, long output) {
        this.folders = List.copyOf(folders);
        this.storage = storage;
        this.output = output;
    }

    long output() {
        return output;
    }

    void printedTooMuch() {
        printedTooMuch = true;
    }

    boolean hasPrintedTooMuch() {
        return printedTooMuch;
    }

    /** Looks at the folders now; their bytes. */
    long look() {
        stored = folders.stream().mapToLong(WorkSize::of).sum();
        return stored;
    }

    /** Bytes when last looked at. */
    long stored() {
        return stored;
    }

    /** Whether the folders were full when last looked at. */
    boolean full() {
        return stored >= storage;
    }

    /** Why a run that began then and may last so long has to end; looks at its folders at most once a second. */
    Optional<String[]> excess(Instant now, Instant end) {
        if (now.isAfter(end)) {
            return Optional.of(new String[] {"OUT_OF_TIME", "Its duration was over."});
        }
        if (printedTooMuch) {
            return Optional.of(new String[] {"OUT_OF_STORAGE", tooMuchPrinted()});
        }
        if (Duration.between(looked, now).compareTo(LOOK) >= 0) {
            looked = now;
            if (look() > storage) {
                return Optional.of(new String[] {"OUT_OF_STORAGE", tooMuch()});
            }
        }
        return Optional.empty();
    }

    String tooMuch() {
        return "It wrote more than the " + (storage >> 20) + " MiB it was granted.";
    }

    String tooMuchPrinted() {
        return "It printed more than " + (output >> 20) + " MiB.";
    }
}
