package org.planisphere.planner.policy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.settings.SettingsException;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.quota.PastUse;
import org.planisphere.planner.quota.Quotas;
import org.planisphere.planner.quota.Standing;

/**
 * The policy in force, from its file. When the file changes, its new content comes into force as soon as it is looked at
 * ({@link #refresh}); content with faults is refused whole, and the policy before it stays in force. Thread safe.
 */
public final class PolicyBook implements Quotas {
    private static final System.Logger LOG = System.getLogger(PolicyBook.class.getName());
    /** Longer files are refused before they are read. */
    private static final long MOST_BYTES = 64L << 20;

    private final @Nullable Path file;
    private final Quotas fallback;
    private volatile @Nullable Policy policy;
    private volatile PastUse past = PastUse.NONE;
    private volatile List<String> faults = List.of();
    private volatile Consumer<Policy> listener = policy -> {};
    private String seen = "";

    /**
     * @param file null for none: then the fallback decides
     * @throws SettingsException when the file has faults at the start
     */
    public PolicyBook(@Nullable Path file, Quotas fallback) {
        this.file = file;
        this.fallback = fallback;
        if (file != null) {
            refresh();
            if (policy == null) {
                throw new SettingsException(faults);
            }
        }
    }

    /** The policy in force; null where there is none. */
    public @Nullable Policy policy() {
        return policy;
    }

    /** What groups have used is known from now on. */
    public void past(PastUse known) {
        this.past = known;
    }

    /** Version of the policy in force; empty where there is none. */
    public String version() {
        Policy now = policy;
        return now == null ? "" : now.version();
    }

    /** What is wrong with the file as it is now; empty when it is in force. */
    public List<String> faults() {
        return faults;
    }

    /** Told of the policy in force and of every one that comes into force from now on. */
    public synchronized void onChange(Consumer<Policy> told) {
        this.listener = told;
        Policy now = policy;
        if (now != null) {
            told.accept(now);
        }
    }

    /** Looks whether the file has changed. Costs one look at its time and size when it has not. */
    public synchronized void refresh() {
        Path path = file;
        if (path == null) {
            return;
        }
        String text;
        try {
            String stamp = Files.getLastModifiedTime(path) + " " + Files.size(path);
            if (stamp.equals(seen)) {
                return;
            }
            if (Files.size(path) > MOST_BYTES) {
                refused(List.of(path + ": is longer than 64 MiB"));
                return;
            }
            seen = stamp;
            text = Files.readString(path, StandardCharsets.UTF_8);
        } catch (IOException e) {
            refused(List.of("policy.file: " + path + " cannot be read"));
            return;
        }
        try {
            Policy before = policy;
            Policy read = PolicyReader.read(path.getFileName().toString(), text);
            faults = List.of();
            if (before == null || !before.digest().equals(read.digest())) {
                policy = read;
                LOG.log(System.Logger.Level.INFO, "policy {0} is in force", read.version());
                listener.accept(read);
            }
        } catch (SettingsException e) {
            refused(e.faults());
        } catch (RuntimeException e) {
            // At the edge of a thread that must go on.
            LOG.log(System.Logger.Level.ERROR, "the policy file was not looked at to the end", e);
        }
    }

    private void refused(List<String> why) {
        if (!why.equals(faults)) {
            faults = List.copyOf(why);
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the policy file is refused, and what was in force stays:\n  - " + String.join("\n  - ", why));
        }
    }

    @Override
    public List<Allowance> allowances(Caller caller) {
        Policy now = policy;
        return now == null
                ? fallback.allowances(caller)
                : standing(caller, Instant.now()).allowances();
    }

    @Override
    public Standing standing(Caller caller, Instant at) {
        Policy now = policy;
        return now == null ? fallback.standing(caller, at) : now.standing(caller, at, past);
    }
}
