package org.planisphere.planner.platform.slurm;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.process.Host;
import org.planisphere.planner.platform.process.Ownership;
import org.planisphere.planner.platform.process.RunUsers;
import org.planisphere.planner.platform.process.Script;
import org.planisphere.planner.staging.JsonFile;
import org.planisphere.planner.staging.WorkFolders;

/**
 * What nodes need to run sessions, in the folder that they share with the planner; and what they can do, which a small job
 * finds out by trying on one of them. Its answer is kept for a day. Thread safe.
 */
final class Nodes {
    private static final Logger LOG = System.getLogger(Nodes.class.getName());
    private static final Duration KEPT = Duration.ofDays(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path state;
    private final Path answer;
    private final String start;
    private long job;

    /**
     * Writes the scripts and what they have to know.
     *
     * @param state the part of the platform's state folder that supervisors write to
     */
    Nodes(Path state, String platform, SlurmSettings settings, WorkFolders folders, RunUsers users) throws IOException {
        this.state = state;
        this.answer = state.resolve("probe.json");
        Files.createDirectories(state.resolve("ended"));
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("root", folders.root().toString());
        config.put("state", state.toString());
        config.put("platform", platform);
        config.put("uid", users.first());
        config.put("gid", users.first());
        config.put("python", settings.python());
        config.put("sandbox", "auto");
        config.put("cgroups", "off");
        config.put("passable", Ownership.passable(folders.root()));
        Path facts = state.resolve("config.json");
        JsonFile.write(facts, config);
        Path keeper = Script.keeper(state);
        Path node = Script.install(Nodes.class, "node.py", state);
        this.start = "#!/bin/sh\nexec "
                + String.join(
                        " ",
                        List.of(
                                quoted(settings.python()),
                                "-I -S -B",
                                quoted(node.toString()),
                                quoted(keeper.toString()),
                                quoted(facts.toString())));
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /** Where supervisors write how runs ended. */
    Path told() {
        return state.resolve("ended");
    }

    /** What a node executes for a session. */
    String script(UUID session) {
        return start + " run " + session + "\n";
    }

    /** What the nodes can do, as far as it is known. */
    Optional<Host> host() throws IOException {
        Optional<Map<String, Object>> found = JsonFile.read(answer);
        return found.map(Host::of);
    }

    /** Whether the answer is old, or was never given. */
    private boolean old() throws IOException {
        return !Files.exists(answer)
                || Files.getLastModifiedTime(answer).toInstant().plus(KEPT).isBefore(Instant.now());
    }

    /**
     * Sends somebody to look, unless the answer is fresh or somebody is on the way.
     *
     * @param least of the smallest job
     */
    synchronized void ask(Slurm slurm, Submission least) throws IOException, SlurmException {
        if (!old()) {
            job = 0;
            return;
        }
        if (job != 0) {
            Optional<Job> seen = slurm.job(job);
            if (seen.isPresent() && !seen.get().over()) {
                return;
            }
            LOG.log(Level.WARNING, "a node could not tell what it can do; see {0}", state.resolve("supervisor.log"));
        }
        job = slurm.submit(new Submission(
                "planisphere-probe",
                least.comment(),
                start + " probe " + quoted(answer.toString()) + "\n",
                state.toString(),
                least.processors(),
                least.memory(),
                least.minutes(),
                "",
                least.partition(),
                least.account(),
                least.qos(),
                least.reservation(),
                least.constraint()));
    }

    /** Waits a moment for the first answer. */
    @Nullable
    Host await() throws IOException {
        Instant until = Instant.now().plus(PATIENCE);
        while (!Files.exists(answer) && Instant.now().isBefore(until)) {
            try {
                // Nobody tells that a file has come over a network's file system.
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        return host().orElse(null);
    }

    /** Calls back who is on the way. */
    synchronized void close(Slurm slurm) {
        try {
            if (job != 0 && old()) {
                slurm.end(job);
            }
        } catch (IOException | SlurmException e) {
            LOG.log(Level.DEBUG, "the job that looks what a node can do is left", e);
        }
    }
}
