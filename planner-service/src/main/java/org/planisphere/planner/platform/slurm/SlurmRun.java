package org.planisphere.planner.platform.slurm;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.staging.JsonFile;
import org.planisphere.planner.staging.WorkFolder;

/** A session that was started and whose end is not known yet. Its facts are kept in {@code job.json}. Thread safe. */
final class SlurmRun {
    private static final String FILE = "job.json";

    private final UUID session;
    private final WorkFolder folder;
    private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
    private volatile Submission submission;
    private volatile long job;
    private volatile boolean asked;
    private volatile boolean begun;
    private volatile boolean cancelled;
    private volatile String detail = "handed over to Slurm";
    private volatile @Nullable Instant doubtful;

    SlurmRun(UUID session, WorkFolder folder, Submission submission) {
        this.session = session;
        this.folder = folder;
        this.submission = submission;
    }

    /** As an earlier planner left it; empty when it was never started. */
    static Optional<SlurmRun> of(UUID session, WorkFolder folder) throws IOException {
        Optional<Map<String, Object>> facts = JsonFile.read(folder.file(FILE));
        if (facts.isEmpty()) {
            return Optional.empty();
        }
        SlurmRun run = new SlurmRun(session, folder, Submission.of(facts.get()));
        run.asked = true;
        run.job = facts.get().get("job") instanceof Number number ? number.longValue() : 0;
        run.cancelled = Files.exists(folder.file("cancel"));
        run.looks();
        return Optional.of(run);
    }

    /** Keeps what it is, before and after Slurm is asked. */
    void keep() throws IOException {
        Map<String, Object> facts = new LinkedHashMap<>(submission.facts());
        if (job != 0) {
            facts.put("job", job);
        }
        JsonFile.write(folder.file(FILE), facts);
    }

    /** Slurm refused it: it was never started. */
    void drop() throws IOException {
        Files.deleteIfExists(folder.file(FILE));
    }

    /** Whether its supervisor may have executed the program; looks when that is not known. */
    boolean looks() {
        if (!begun && Files.exists(folder.file("task.json"))) {
            begun = true;
        }
        return begun;
    }

    /** Whether there is a supervisor that takes signals. */
    boolean supervised() {
        return Files.exists(folder.file("claim.json"));
    }

    UUID session() {
        return session;
    }

    WorkFolder folder() {
        return folder;
    }

    Submission submission() {
        return submission;
    }

    void submission(Submission changed) {
        submission = changed;
    }

    long job() {
        return job;
    }

    void job(long number) {
        job = number;
    }

    /** Whether Slurm may have been asked to take it. */
    boolean asked() {
        return asked;
    }

    void askedNow() {
        asked = true;
    }

    boolean begun() {
        return begun;
    }

    boolean cancelled() {
        return cancelled;
    }

    void cancelledNow() {
        cancelled = true;
    }

    String detail() {
        return detail;
    }

    /** False when it was so before. */
    boolean detail(String words) {
        boolean changed = !detail.equals(words);
        detail = words;
        return changed;
    }

    /** Since when Slurm says that it is over, or does not know it, without a word of the supervisor; null when it does. */
    @Nullable
    Instant doubtful() {
        return doubtful;
    }

    void doubtful(@Nullable Instant since) {
        doubtful = since;
    }

    /** Completed when its end is on record. */
    CompletableFuture<@Nullable Void> end() {
        return end;
    }
}
