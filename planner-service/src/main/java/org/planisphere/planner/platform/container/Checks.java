package org.planisphere.planner.platform.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.model.Frame;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;

/**
 * Runs commands in containers that run, with no more rights than these have. Thread safe; every failure is an {@link
 * EngineException}.
 */
final class Checks {
    private final DockerClient client;
    private final DockerClient streams;

    Checks(DockerClient client, DockerClient streams) {
        this.client = client;
        this.streams = streams;
    }

    /** A command that was begun. */
    static final class Check extends ResultCallback.Adapter<Frame> {
        /** Of a command of which nobody knows how it ended. */
        private static final int UNKNOWN = -1;

        private final DockerClient client;
        private final String id;
        private final Runnable told;
        private volatile boolean over;
        private volatile boolean lost;

        private Check(DockerClient client, String id, Runnable told) {
            this.client = client;
            this.id = id;
            this.told = told;
        }

        @Override
        public void onComplete() {
            super.onComplete();
            over = true;
            told.run();
        }

        @Override
        public void onError(Throwable fault) {
            super.onError(fault);
            lost = true;
            told.run();
        }

        /** Whether it has ended, though its exit code may not be known yet. */
        boolean over() {
            return over || lost;
        }

        /**
         * Its exit code; empty while it runs. An engine says of a command that has not begun that it does not run and that its
         * code is 0, so it is asked only when the command's output has ended.
         */
        Optional<Integer> code() {
            if (lost) {
                return Optional.of(UNKNOWN);
            }
            if (!over) {
                return Optional.empty();
            }
            return Containers.asked(() -> {
                InspectExecResponse found = client.inspectExecCmd(id).exec();
                Long code = found.getExitCodeLong();
                return Boolean.TRUE.equals(found.isRunning()) || code == null
                        ? Optional.empty()
                        : Optional.of(code.intValue());
            });
        }

        /** Listens no longer; the command is not ended by that. */
        void leave() {
            try {
                close();
            } catch (IOException e) {
                System.getLogger(Checks.class.getName())
                        .log(Level.DEBUG, "a stream of the engine could not be closed", e);
            }
        }
    }

    /** @param over told when it has ended, or when the engine no longer says */
    Check begin(String container, List<String> command, Runnable over) {
        return Containers.asked(() -> {
            String id = client.execCreateCmd(container)
                    .withCmd(command.toArray(String[]::new))
                    .withAttachStdout(true)
                    .withAttachStderr(true)
                    .exec()
                    .getId();
            return streams.execStartCmd(id).exec(new Check(client, id, over));
        });
    }
}
