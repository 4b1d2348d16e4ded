package org.planisphere.planner.platform.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.model.Frame;
import java.io.Closeable;
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
    final class Check implements AutoCloseable {
        private final String id;
        private final Closeable stream;

        private Check(String id, Closeable stream) {
            this.id = id;
            this.stream = stream;
        }

        /** Its exit code; empty while it runs. */
        Optional<Integer> code() {
            return Containers.asked(() -> {
                InspectExecResponse found = client.inspectExecCmd(id).exec();
                Long code = found.getExitCodeLong();
                return Boolean.TRUE.equals(found.isRunning()) || code == null
                        ? Optional.empty()
                        : Optional.of(code.intValue());
            });
        }

        /** Listens no longer; the command is not ended by that. */
        @Override
        public void close() {
            try {
                stream.close();
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
            Closeable stream = streams.execStartCmd(id).exec(new ResultCallback.Adapter<Frame>() {
                @Override
                public void onComplete() {
                    super.onComplete();
                    over.run();
                }

                @Override
                public void onError(Throwable fault) {
                    super.onError(fault);
                    over.run();
                }
            });
            return new Check(id, stream);
        });
    }
}
