package org.planisphere.foundation.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.foundation.settings.SettingsException;
import org.planisphere.wire.codec.Json;

/**
 * What this node makes of groups and people now: what the settings say, and who besides is suspended by a file that is read
 * again when it changes. Whoever is written into it is cut off within a second, without a restart. A file with faults, an
 * empty one ({@code []} is a list of nobody), or one that has gone, changes nothing: nobody gets back in by breaking it.
 * Thread safe.
 */
public final class StandingBook implements Supplier<Standing>, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(StandingBook.class.getName());
    private static final long MOST_BYTES = 16L << 20;

    private final Standing settled;
    private final @Nullable Path file;
    private final @Nullable ScheduledExecutorService thread;
    private volatile Standing now;
    private volatile Set<String> listed = Set.of();
    private volatile BiConsumer<Set<String>, Set<String>> listener = (suspended, restored) -> {};
    private String seen = "";
    private String complaint = "";

    /**
     * @param file a YAML list of {@code issuer|name}; empty for none
     * @param every how long from one look at the file to the next
     * @throws SettingsException when the file has faults at the start
     */
    public StandingBook(Standing settled, Optional<Path> file, Duration every) {
        this.settled = settled;
        this.file = file.orElse(null);
        this.now = settled;
        if (this.file == null) {
            this.thread = null;
            return;
        }
        refresh();
        if (!complaint.isEmpty()) {
            throw new SettingsException(List.of(complaint));
        }
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = new Thread(work, "suspensions");
            made.setDaemon(true);
            return made;
        });
        thread.scheduleWithFixedDelay(this::refresh, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** That of a node. */
    public static StandingBook of(Settings settings) {
        return new StandingBook(
                Standing.of(settings), settings.find(Keys.IDENTITY_SUSPENSIONS), Duration.ofMillis(500));
    }

    @Override
    public Standing get() {
        return now;
    }

    /** Told, from now on, who is suspended by the file and was not, and who was and is no longer. */
    public void onChange(BiConsumer<Set<String>, Set<String>> told) {
        this.listener = told;
    }

    /** Looks whether the file has changed. */
    synchronized void refresh() {
        Path path = file;
        if (path == null) {
            return;
        }
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            String stamp = attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey();
            if (stamp.equals(seen)) {
                return;
            }
            if (attributes.size() > MOST_BYTES) {
                complain(path + " is longer than 16 MiB");
                return;
            }
            Set<String> read = names(Files.readAllBytes(path));
            seen = stamp;
            complaint = "";
            change(read);
        } catch (JsonProcessingException e) {
            complain(path + " is no YAML list of texts");
        } catch (IOException e) {
            complain(path + " cannot be read");
        } catch (IllegalArgumentException e) {
            complain(path + ": " + e.getMessage());
        } catch (RuntimeException e) {
            // At the edge of a thread that must go on.
            LOG.log(System.Logger.Level.ERROR, "the list of who is suspended was not looked at to the end", e);
        }
    }

    private void change(Set<String> read) {
        Set<String> before = listed;
        if (read.equals(before)) {
            return;
        }
        Set<String> all = new LinkedHashSet<>(settled.suspended());
        all.addAll(read);
        listed = read;
        now = new Standing(settled.operators(), settled.publishers(), all);
        LOG.log(System.Logger.Level.INFO, "{0} callers and groups are suspended", all.size());
        listener.accept(without(read, before), without(before, read));
    }

    private static Set<String> without(Set<String> some, Set<String> others) {
        Set<String> left = new LinkedHashSet<>(some);
        left.removeAll(others);
        return left;
    }

    private static Set<String> names(byte[] text) throws IOException {
        String[] entries = Json.yaml().readValue(text, String[].class);
        Set<String> names = new LinkedHashSet<>();
        for (String entry : entries == null ? new String[0] : entries) {
            if (entry == null || !entry.matches("[^|\\p{Cntrl}]{1,40}\\|\\P{Cntrl}{1,300}")) {
                throw new IllegalArgumentException("each entry must be written as issuer|name");
            }
            names.add(entry);
        }
        return Set.copyOf(names);
    }

    private void complain(String why) {
        String said = "identity.suspensions: " + why;
        if (!said.equals(complaint)) {
            complaint = said;
            LOG.log(System.Logger.Level.WARNING, said + "; who was suspended stays so");
        }
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.shutdown();
        }
    }
}
