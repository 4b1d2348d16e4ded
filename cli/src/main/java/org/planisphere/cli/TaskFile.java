package org.planisphere.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.Data;
import org.planisphere.wire.Executable;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;
import org.planisphere.wire.codec.MalformedDocument;

/** A request in a file: JSON, XML or YAML, told by its name or else by its first letter. */
final class TaskFile {
    private TaskFile() {}

    /**
     * Reads it. Locations without a scheme are files beside it, and become {@code file:} addresses.
     *
     * @param name of the file; {@code -} is what the stream holds
     * @throws Fault when it is not there or not a request, with all that is wrong with it
     */
    static ExecutionRequest read(String name, InputStream standardInput) {
        byte[] bytes;
        Path folder;
        try {
            if (name.equals("-")) {
                bytes = standardInput.readNBytes(4 * 1024 * 1024 + 1);
                folder = Path.of("").toAbsolutePath();
            } else {
                Path file = Path.of(name).toAbsolutePath();
                bytes = Files.readAllBytes(file);
                folder = file.getParent();
            }
        } catch (NoSuchFileException absent) {
            throw new Fault(Exit.USAGE, "There is no file " + name + ".", "name a task, such as demo/task.yaml");
        } catch (IOException unreadable) {
            throw new Fault(Exit.USAGE, name + " cannot be read: " + unreadable.getMessage(), null);
        }
        Format format = format(name, bytes);
        ExecutionRequest request;
        try {
            request = Codecs.read(bytes, format, ExecutionRequest.class);
        } catch (MalformedDocument malformed) {
            String faults = malformed.faults().stream()
                    .map(fault -> (fault.pointer().isEmpty() ? "" : fault.pointer() + ": ") + fault.detail())
                    .collect(Collectors.joining("\n  ", "\n  ", ""));
            throw new Fault(Exit.USAGE, name + " is not a task (read as " + format + "):" + faults, null);
        }
        if (folder != null) {
            resolve(request, folder);
        }
        return request;
    }

    static Format format(String name, byte[] bytes) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".json")) {
            return Format.JSON;
        }
        if (lower.endsWith(".xml")) {
            return Format.XML;
        }
        if (lower.endsWith(".yaml") || lower.endsWith(".yml")) {
            return Format.YAML;
        }
        for (byte letter : bytes) {
            if (letter == '<') {
                return Format.XML;
            }
            if (letter == '{') {
                return Format.JSON;
            }
            if (letter != ' ' && letter != '\t' && letter != '\n' && letter != '\r') {
                break;
            }
        }
        return Format.YAML;
    }

    private static void resolve(ExecutionRequest request, Path folder) {
        Executable executable = request.executable;
        if (executable != null) {
            executable.location = resolve(executable.location, folder);
            if (executable.requirements != null && !executable.requirements.contains("\n")) {
                Path beside = folder.resolve(executable.requirements.strip().isEmpty() ? "." : "requirements.txt");
                if (executable.requirements.strip().equals("requirements.txt") && Files.isRegularFile(beside)) {
                    executable.requirements = beside.toUri().toString();
                }
            }
        }
        List<Data> data = request.data == null ? List.of() : request.data;
        for (Data item : data) {
            item.location = resolve(item.location, folder);
        }
    }

    private static @Nullable String resolve(@Nullable String location, Path folder) {
        if (location == null || location.isBlank() || location.matches("(?s)[A-Za-z][A-Za-z0-9+.-]*:.*")) {
            return location;
        }
        Path file = folder.resolve(location).normalize();
        // toUri() of a folder would end in a slash that nobody wrote.
        return Files.isRegularFile(file) ? URI.create(file.toUri().toString()).toString() : location;
    }
}
