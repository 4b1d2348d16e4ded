package org.planisphere.planner.platform.process;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;

/** Builds of environments as runs of the engine: the same supervisor, user, sandbox and bounds. Thread safe. */
final class BuildRuns implements Environments.Builds {
    private static final Duration LOOK = Duration.ofMillis(100);

    private final ProcessPlatform platform;
    private final Preparation preparation;
    private final Ownership ownership;
    private final WorkFolders folders;
    private final String python;
    private final String script;

    BuildRuns(
            ProcessPlatform platform, Preparation preparation, Ownership ownership, WorkFolders folders, String python)
            throws IOException {
        this.platform = platform;
        this.preparation = preparation;
        this.ownership = ownership;
        this.folders = folders;
        this.python = python;
        this.script = Preparation.resource("packages.py");
    }

    @Override
    public void prepare(Environments.Build build, Environments.Fill fill) throws IOException, PlatformException {
        List<String> command = new ArrayList<>(List.of(python, "-I", "-c", script));
        command.addAll(build.arguments());
        Amounts granted = build.session().granted();
        preparation.prepare(
                new Work(
                        build.id(),
                        new Executable.Process(KindRef.of(Kind.PROCESS), Label.NONE, command, Map.of(), "."),
                        new Amounts(granted.cores(), granted.memory(), build.size() >> 20, 0, 1),
                        build.longest(),
                        List.of(),
                        List.of(),
                        List.of(),
                        false),
                fill);
    }

    @Override
    public Observation.Ended run(UUID build, Runnable look)
            throws IOException, PlatformException, InterruptedException {
        platform.begin(build);
        while (true) {
            Observation now = platform.observe(build);
            if (now instanceof Observation.Ended ended) {
                ownership.reclaim(folders.of(build));
                return ended;
            }
            if (!(now instanceof Observation.Running)) {
                throw new PlatformException("its environment cannot be built: the build did not begin");
            }
            look.run();
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
        }
    }

    /** Also where the thread was told to stop: what is interrupted is the session, not the tidying up. */
    @Override
    public void remove(UUID build) {
        boolean interrupted = Thread.interrupted();
        try {
            platform.forget(build);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
