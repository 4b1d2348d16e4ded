package org.planisphere.planner.task;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be executed. A closed list of the kinds we know, and {@link Unknown} for every other. Values are as the
 * client gave them; whether a platform can run them is for {@code offer} and the engine to say.
 */
public sealed interface Executable {
    KindRef kind();

    Label label();

    /** An argument vector, run without a shell. {@code directory} is relative to the work folder, default {@code .}. */
    record Process(KindRef kind, Label label, List<String> command, Map<String, String> environment, String directory)
            implements Executable {
        public Process {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }

    /** A Python program by address or repository; exactly one of {@code location} and {@code repository} is given. */
    record PythonProgram(
            KindRef kind,
            Label label,
            @Nullable String location,
            @Nullable Repository repository,
            @Nullable String requirements,
            List<String> arguments,
            Map<String, String> environment)
            implements Executable {
        public PythonProgram {
            arguments = List.copyOf(arguments);
            environment = Map.copyOf(environment);
        }
    }

    /** A Java program: a jar by address or a repository. */
    record JavaProgram(
            KindRef kind,
            Label label,
            @Nullable String location,
            @Nullable Repository repository,
            @Nullable String mainClass,
            List<String> arguments,
            List<String> options)
            implements Executable {
        public JavaProgram {
            arguments = List.copyOf(arguments);
            options = List.copyOf(options);
        }
    }

    /**
     * A notebook by address.
     *
     * @param interactive whether it is opened for a person to work in, and not executed to its end
     */
    record JupyterNotebook(KindRef kind, Label label, String location, boolean interactive) implements Executable {}

    /**
     * A notebook in a repository whose environment is built first.
     *
     * @param path the notebook there; one that is opened for a person needs none
     * @param interactive whether it is opened for a person to work in, and not executed to its end
     */
    record BinderNotebook(
            KindRef kind,
            Label label,
            Repository repository,
            @Nullable String path,
            boolean interactive) implements Executable {}

    record ZeppelinNotebook(KindRef kind, Label label, String location, List<String> languages) implements Executable {
        public ZeppelinNotebook {
            languages = List.copyOf(languages);
        }
    }

    record DockerContainer(
            KindRef kind,
            Label label,
            Image image,
            boolean privileged,
            List<String> command,
            @Nullable String entrypoint,
            Map<String, String> environment,
            List<Port> ports)
            implements Executable {
        public DockerContainer {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
            ports = List.copyOf(ports);
        }
    }

    record SingularityContainer(KindRef kind, Label label, String location) implements Executable {}

    /**
     * Several containers described by one Compose file, which is given or at an address.
     *
     * @param environment the variables that the file may name
     */
    record DockerCompose(
            KindRef kind,
            Label label,
            @Nullable String location,
            @Nullable String content,
            Map<String, String> environment)
            implements Executable {
        // Those that were stored before have none.
        @SuppressWarnings("NullAway")
        public DockerCompose {
            environment = environment == null ? Map.of() : Map.copyOf(environment);
        }
    }

    record Workflow(
            KindRef kind,
            Label label,
            String language,
            @Nullable String location,
            @Nullable String document) implements Executable {}

    /** A kind nobody here knows: asked, and answered NO. */
    record Unknown(KindRef kind, Label label) implements Executable {}

    /** A version-controlled source; {@code reference} is a branch, tag or commit. */
    record Repository(
            String url,
            @Nullable String reference,
            @Nullable String path) {}

    /** A container image: places it may be had, tried in order, and what it must be. */
    record Image(List<String> locations, @Nullable String digest, String architecture, String os) {
        public Image {
            locations = List.copyOf(locations);
        }
    }

    /** A port the container publishes; {@code protocol} is UDP, TCP, HTTP or HTTPS. */
    record Port(
            boolean access,
            int internal,
            String protocol,
            @Nullable String path) {}
}
