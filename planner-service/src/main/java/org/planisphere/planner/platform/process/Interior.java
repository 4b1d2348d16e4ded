package org.planisphere.planner.platform.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;

/**
 * What runs find around them where that is not the host's own system but an image. The walls, the limits and the supervisor
 * are the same. Thread safe.
 */
public interface Interior {
    /** The Python in it. */
    String python();

    /** The kinds that can be run in it. */
    Set<Kind> kinds();

    /** For the keeper: with which program a run enters it, and how that one is spoken to. */
    Map<String, Object> entry();

    /** What speaks against the task here. Without input or output. */
    List<Objection> examine(Executable executable, Plan plan);

    /** How long its image has to be waited for: nothing when it is there. Without input or output. */
    Duration expected(Executable executable);

    /**
     * Has the image of the work there, and keeps it until {@link #leave}. Blocks.
     *
     * @throws PlatformException when it cannot be had, or the work cannot be run in it
     */
    Inside enter(Work work, Plan plan, Consumer<String> progress) throws PlatformException;

    /** The session needs its image no longer. */
    void leave(UUID session);

    /** What it adds to what is enforced, one sentence each. */
    List<String> enforced();

    /** What it adds to what is not, one sentence each. */
    List<String> unenforced();

    /**
     * What a run is started in.
     *
     * @param image a folder, or a file, below the folder for work
     * @param command the whole argument vector; empty where the image itself says what is run
     * @param environment what the image sets; the request's own wins
     */
    record Inside(Path image, List<String> command, Map<String, String> environment) {
        public Inside {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }
}
