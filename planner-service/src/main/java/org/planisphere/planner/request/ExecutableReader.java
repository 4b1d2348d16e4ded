package org.planisphere.planner.request;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.wire.ExternalPort;
import org.planisphere.wire.Image;
import org.planisphere.wire.NameValueMap;
import org.planisphere.wire.Network;
import org.planisphere.wire.Port;

/** Reads the executable of a request: one method per kind, and a new kind is one more entry in the table. Immutable. */
final class ExecutableReader {
    /** Arguments and environment together, in bytes of UTF-8, as on a Linux command line. */
    static final int MOST_ARGUMENT_BYTES = 128 * 1024;

    private static final int LONGEST_DOCUMENT = 256 * 1024;
    private static final Pattern DIGEST =
            Pattern.compile("sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}");
    private static final Pattern JAVA_CLASS =
            Pattern.compile("\\p{javaJavaIdentifierStart}[\\p{javaJavaIdentifierPart}.]*");
    private static final List<String> PROTOCOLS = List.of("UDP", "TCP", "HTTP", "HTTPS");

    private final Map<Kind, BiFunction<Source, KindRef, Executable>> readers = new LinkedHashMap<>();

    ExecutableReader() {
        readers.put(Kind.PROCESS, ExecutableReader::process);
        readers.put(Kind.PYTHON_PROGRAM, ExecutableReader::python);
        readers.put(Kind.JAVA_PROGRAM, ExecutableReader::java);
        readers.put(Kind.JUPYTER_NOTEBOOK, ExecutableReader::jupyter);
        readers.put(Kind.BINDER_NOTEBOOK, ExecutableReader::binder);
        readers.put(Kind.ZEPPELIN_NOTEBOOK, ExecutableReader::zeppelin);
        readers.put(Kind.DOCKER_CONTAINER, ExecutableReader::docker);
        readers.put(Kind.SINGULARITY_CONTAINER, ExecutableReader::singularity);
        readers.put(Kind.DOCKER_COMPOSE, ExecutableReader::compose);
        readers.put(Kind.WORKFLOW, ExecutableReader::workflow);
    }

    /** @param kind null when its fault is told already; then nothing else of the executable is judged */
    Executable read(Place place, org.planisphere.wire.Executable wire, @Nullable KindRef kind, Label label) {
        if (kind == null) {
            return new Executable.Unknown(new KindRef(null, ""), label);
        }
        BiFunction<Source, KindRef, Executable> reader = kind.kind() == null ? null : readers.get(kind.kind());
        return reader == null
                ? new Executable.Unknown(kind, label)
                : reader.apply(new Source(place, wire, label), kind);
    }

    private static Executable process(Source source, KindRef kind) {
        Place place = source.place.in("command");
        List<String> command = source.arguments("command", source.wire.command);
        if (command.isEmpty()) {
            place.fault("it is missing or empty");
        } else if (command.get(0).isBlank()) {
            place.at(0).fault("the program's name is blank");
        }
        Map<String, String> environment = source.environment();
        source.bounded(command, environment);
        String directory = source.place.in("directory").path(source.wire.directory, false);
        return new Executable.Process(kind, source.label, command, environment, directory == null ? "." : directory);
    }

    private static Executable python(Source source, KindRef kind) {
        source.oneOf("location", source.wire.location, "repository", source.wire.repository);
        List<String> arguments = source.arguments("arguments", source.wire.arguments);
        Map<String, String> environment = source.environment();
        source.bounded(arguments, environment);
        return new Executable.PythonProgram(
                kind,
                source.label,
                source.location(),
                source.repository(),
                source.place.in("requirements").text(source.wire.requirements, LONGEST_DOCUMENT),
                arguments,
                environment);
    }

    private static Executable java(Source source, KindRef kind) {
        source.oneOf("location", source.wire.location, "repository", source.wire.repository);
        List<String> arguments = source.arguments("arguments", source.wire.arguments);
        List<String> options = source.arguments("options", source.wire.options);
        List<String> all = new ArrayList<>(arguments);
        all.addAll(options);
        source.bounded(all, Map.of());
        Place place = source.place.in("mainClass");
        String mainClass = place.line(source.wire.mainClass, Place.LONGEST_NAME);
        if (mainClass != null && !JAVA_CLASS.matcher(mainClass).matches()) {
            place.fault(Texts.quoted(mainClass) + " is not the name of a Java class");
        }
        return new Executable.JavaProgram(
                kind, source.label, source.location(), source.repository(), mainClass, arguments, options);
    }

    private static Executable jupyter(Source source, KindRef kind) {
        return new Executable.JupyterNotebook(
                kind, source.label, source.requiredLocation(), Boolean.TRUE.equals(source.wire.interactive));
    }

    private static Executable binder(Source source, KindRef kind) {
        Executable.Repository repository = source.repository();
        if (repository == null) {
            source.place.in("repository").fault("it is missing");
            repository = new Executable.Repository("", null, null);
        }
        return new Executable.BinderNotebook(
                kind,
                source.label,
                repository,
                source.place.in("path").path(source.wire.path, false),
                Boolean.TRUE.equals(source.wire.interactive));
    }

    private static Executable zeppelin(Source source, KindRef kind) {
        List<String> languages = new ArrayList<>();
        Place place = source.place.in("languages");
        List<@Nullable String> items = place.items(source.wire.languages);
        for (int i = 0; i < items.size(); i++) {
            languages.add(place.at(i).required(items.get(i), Place.LONGEST_NAME));
        }
        return new Executable.ZeppelinNotebook(kind, source.label, source.requiredLocation(), languages);
    }

    private static Executable docker(Source source, KindRef kind) {
        List<String> command = source.arguments("command", source.wire.command);
        Map<String, String> environment = source.environment();
        source.bounded(command, environment);
        return new Executable.DockerContainer(
                kind,
                source.label,
                image(source.place.in("image"), source.wire.image),
                Boolean.TRUE.equals(source.wire.privileged),
                command,
                source.place.in("entrypoint").text(source.wire.entrypoint, Place.LONGEST_TEXT),
                environment,
                ports(source.place.in("network").in("ports"), source.wire.network));
    }

    private static Executable singularity(Source source, KindRef kind) {
        return new Executable.SingularityContainer(kind, source.label, source.requiredLocation());
    }

    private static Executable compose(Source source, KindRef kind) {
        source.oneOf("location", source.wire.location, "content", source.wire.content);
        Map<String, String> environment = source.environment();
        source.bounded(List.of(), environment);
        return new Executable.DockerCompose(
                kind,
                source.label,
                source.location(),
                source.place.in("content").text(source.wire.content, LONGEST_DOCUMENT),
                environment);
    }

    private static Executable workflow(Source source, KindRef kind) {
        source.oneOf("location", source.wire.location, "document", source.wire.document);
        return new Executable.Workflow(
                kind,
                source.label,
                source.place.in("language").required(source.wire.language, Place.LONGEST_NAME),
                source.location(),
                source.place.in("document").text(source.wire.document, LONGEST_DOCUMENT));
    }

    private static Executable.Image image(Place place, @Nullable Image wire) {
        if (wire == null) {
            place.fault("it is missing");
            return new Executable.Image(List.of(), null, "amd64", "linux");
        }
        Place all = place.in("locations");
        List<String> locations = new ArrayList<>();
        List<@Nullable String> items = all.items(wire.locations);
        for (int i = 0; i < items.size(); i++) {
            locations.add(all.at(i).required(items.get(i), Place.LONGEST_TEXT));
        }
        if (items.isEmpty()) {
            all.fault("it is missing or empty");
        }
        String digest = place.in("digest").line(wire.digest, Place.LONGEST_NAME);
        if (digest != null && !DIGEST.matcher(digest).matches()) {
            place.in("digest")
                    .fault(Texts.quoted(digest)
                            + " is not of the form sha256: and 64 hexadecimal digits in lower case");
        }
        String architecture = null;
        String os = null;
        if (wire.platform != null) {
            architecture = place.in("platform").in("architecture").line(wire.platform.architecture, Place.LONGEST_NAME);
            os = place.in("platform").in("os").line(wire.platform.os, Place.LONGEST_NAME);
        }
        return new Executable.Image(
                locations, digest, architecture == null ? "amd64" : architecture, os == null ? "linux" : os);
    }

    private static List<Executable.Port> ports(Place all, @Nullable Network wire) {
        List<Executable.Port> ports = new ArrayList<>();
        List<@Nullable Port> items = wire == null ? List.of() : all.items(wire.ports);
        for (int i = 0; i < items.size(); i++) {
            Port item = items.get(i);
            Place place = all.at(i);
            if (item == null) {
                place.fault("it is null");
                continue;
            }
            Long internal = item.internal == null ? null : item.internal.port;
            if (internal == null) {
                place.in("internal").in("port").fault("it is missing");
            } else {
                portNumber(place.in("internal").in("port"), internal);
            }
            ExternalPort external = item.external;
            if (external != null && external.port != null) {
                portNumber(place.in("external").in("port"), external.port);
            }
            String protocol = item.protocol == null ? "TCP" : item.protocol;
            if (!PROTOCOLS.contains(protocol)) {
                place.in("protocol").fault(Texts.quoted(protocol) + " is none of UDP, TCP, HTTP and HTTPS");
            }
            ports.add(new Executable.Port(
                    Boolean.TRUE.equals(item.access),
                    internal == null || internal < 1 || internal > 65_535 ? 1 : internal.intValue(),
                    protocol,
                    place.in("path").line(item.path, Place.LONGEST_TEXT)));
        }
        return ports;
    }

    private static void portNumber(Place place, long number) {
        if (number < 1 || number > 65_535) {
            place.fault(number + " is not a port: ports are 1 to 65535");
        }
    }

    /** The executable in the document, with what several kinds have in common. */
    private record Source(Place place, org.planisphere.wire.Executable wire, Label label) {
        @Nullable
        String location() {
            return place.in("location").line(wire.location, Place.LONGEST_TEXT);
        }

        String requiredLocation() {
            return place.in("location").required(wire.location, Place.LONGEST_TEXT);
        }

        void oneOf(String one, @Nullable Object first, String other, @Nullable Object second) {
            boolean hasFirst = first != null && !blank(first);
            boolean hasSecond = second != null && !blank(second);
            if (hasFirst == hasSecond) {
                place.fault("it has " + (hasFirst ? "both " : "neither ") + one + (hasFirst ? " and " : " nor ") + other
                        + "; exactly one of them says where it is");
            }
        }

        private static boolean blank(Object value) {
            return value instanceof String && ((String) value).isBlank();
        }

        Executable.@Nullable Repository repository() {
            if (wire.repository == null) {
                return null;
            }
            Place its = place.in("repository");
            String url = its.in("url").required(wire.repository.url, Place.LONGEST_TEXT);
            if (url.startsWith("-")) {
                its.in("url").fault(Texts.quoted(url) + " is not an address");
            }
            String reference = its.in("reference").line(wire.repository.reference, Place.LONGEST_NAME);
            if (reference != null && (reference.startsWith("-") || reference.contains(" "))) {
                its.in("reference").fault(Texts.quoted(reference) + " is not a branch, tag or commit");
            }
            return new Executable.Repository(url, reference, its.in("path").path(wire.repository.path, false));
        }

        List<String> arguments(String field, @Nullable List<String> values) {
            List<String> arguments = new ArrayList<>();
            Place all = place.in(field);
            List<@Nullable String> items = all.items(values);
            for (int i = 0; i < items.size(); i++) {
                String item = items.get(i);
                if (item == null) {
                    all.at(i).fault("it is null");
                } else {
                    String text = all.at(i).text(item, MOST_ARGUMENT_BYTES);
                    arguments.add(text == null ? "" : text);
                }
            }
            return arguments;
        }

        Map<String, String> environment() {
            NameValueMap values = wire.environment;
            Map<String, String> environment = new LinkedHashMap<>();
            if (values == null) {
                return environment;
            }
            Place all = place.in("environment");
            if (values.entries.size() > Place.MOST_ITEMS) {
                all.fault("it has " + values.entries.size() + " items, the most is " + Place.MOST_ITEMS);
                return environment;
            }
            values.asMap().forEach((name, value) -> {
                if (!all.environmentName(name)) {
                    return;
                }
                String text = all.in(name).text(value, MOST_ARGUMENT_BYTES);
                environment.put(name, text == null ? "" : text);
            });
            return environment;
        }

        void bounded(List<String> arguments, Map<String, String> environment) {
            long bytes = 0;
            for (String argument : arguments) {
                bytes += argument.getBytes(StandardCharsets.UTF_8).length + 1;
            }
            for (Map.Entry<String, String> entry : environment.entrySet()) {
                bytes += entry.getKey().length() + entry.getValue().getBytes(StandardCharsets.UTF_8).length + 2;
            }
            if (bytes > MOST_ARGUMENT_BYTES) {
                place.fault("its arguments and environment have " + bytes + " bytes together, the most is "
                        + MOST_ARGUMENT_BYTES);
            }
        }
    }
}
