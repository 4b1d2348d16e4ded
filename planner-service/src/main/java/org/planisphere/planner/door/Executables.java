package org.planisphere.planner.door;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.task.Executable;
import org.planisphere.wire.ExternalPort;
import org.planisphere.wire.Image;
import org.planisphere.wire.ImagePlatform;
import org.planisphere.wire.InternalPort;
import org.planisphere.wire.NameValueMap;
import org.planisphere.wire.Network;
import org.planisphere.wire.Port;
import org.planisphere.wire.Repository;

/** Executables as wire documents: everything the client gave comes back. */
final class Executables {
    private Executables() {}

    /** @param connectors the ways into its run that are open */
    static org.planisphere.wire.Executable document(Executable executable, List<LiveConnector> connectors) {
        org.planisphere.wire.Executable document = new org.planisphere.wire.Executable();
        if (executable instanceof Executable.Process process) {
            document.command = list(process.command());
            document.environment = map(process.environment());
            document.directory = process.directory();
        } else if (executable instanceof Executable.PythonProgram python) {
            document.location = python.location();
            document.repository = repository(python.repository());
            document.requirements = python.requirements();
            document.arguments = list(python.arguments());
            document.environment = map(python.environment());
        } else if (executable instanceof Executable.JavaProgram java) {
            document.location = java.location();
            document.repository = repository(java.repository());
            document.mainClass = java.mainClass();
            document.arguments = list(java.arguments());
            document.options = list(java.options());
        } else if (executable instanceof Executable.JupyterNotebook notebook) {
            document.location = notebook.location();
            document.interactive = notebook.interactive() ? true : null;
        } else if (executable instanceof Executable.BinderNotebook binder) {
            document.repository = repository(binder.repository());
            document.path = binder.path();
            document.interactive = binder.interactive() ? true : null;
        } else if (executable instanceof Executable.ZeppelinNotebook zeppelin) {
            document.location = zeppelin.location();
            document.languages = list(zeppelin.languages());
        } else if (executable instanceof Executable.SingularityContainer singularity) {
            document.location = singularity.location();
        } else if (executable instanceof Executable.DockerCompose compose) {
            document.location = compose.location();
            document.content = compose.content();
            document.environment = map(compose.environment());
        } else if (executable instanceof Executable.Workflow workflow) {
            document.language = workflow.language();
            document.location = workflow.location();
            document.document = workflow.document();
        } else if (executable instanceof Executable.DockerContainer container) {
            fill(document, container, connectors);
        }
        return document;
    }

    private static void fill(
            org.planisphere.wire.Executable document,
            Executable.DockerContainer container,
            List<LiveConnector> connectors) {
        Image image = new Image();
        image.locations = list(container.image().locations());
        image.digest = container.image().digest();
        image.platform = new ImagePlatform();
        image.platform.architecture = container.image().architecture();
        image.platform.os = container.image().os();
        document.image = image;
        document.privileged = container.privileged();
        document.command = list(container.command());
        document.entrypoint = container.entrypoint();
        document.environment = map(container.environment());
        if (!container.ports().isEmpty()) {
            List<Port> ports = new ArrayList<>();
            for (Executable.Port wanted : container.ports()) {
                Port port = new Port();
                port.access = wanted.access();
                port.internal = new InternalPort();
                port.internal.port = (long) wanted.internal();
                port.protocol = wanted.protocol();
                port.path = wanted.path();
                port.external = external(wanted.internal(), connectors);
                ports.add(port);
            }
            document.network = new Network();
            document.network.ports = ports;
        }
    }

    private static @Nullable ExternalPort external(int internal, List<LiveConnector> connectors) {
        for (LiveConnector open : connectors) {
            URI address = URI.create(open.location());
            if (open.internal() == internal && address.getPort() > 0) {
                ExternalPort external = new ExternalPort();
                external.port = (long) address.getPort();
                external.addresses = List.of(address.getHost());
                return external;
            }
        }
        return null;
    }

    private static @Nullable Repository repository(Executable.@Nullable Repository source) {
        if (source == null) {
            return null;
        }
        Repository document = new Repository();
        document.url = source.url();
        document.reference = source.reference();
        document.path = source.path();
        return document;
    }

    private static @Nullable List<String> list(List<String> values) {
        return values.isEmpty() ? null : values;
    }

    private static @Nullable NameValueMap map(Map<String, String> values) {
        return values.isEmpty() ? null : NameValueMap.of(new TreeMap<>(values));
    }
}
