package org.planisphere.planner.staging;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/** Small records kept as JSON files: each is there with all its content or not at all, also after a crash. */
public final class JsonFile {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> TREE = new TypeReference<>() {};

    private JsonFile() {}

    /** Whether there is such a file: without the exception that {@link Files#exists} makes of every no. */
    public static boolean exists(Path file) {
        return file.toFile().exists();
    }

    /** The object in the file; empty when there is no such file. */
    public static Optional<Map<String, Object>> read(Path file) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
        return Optional.of(JSON.readValue(bytes, TREE));
    }

    public static Map<String, Object> parse(String line) throws IOException {
        return JSON.readValue(line, TREE);
    }

    public static String line(Map<String, ?> object) throws IOException {
        return JSON.writeValueAsString(object);
    }

    /** Replaces the file by one with the object in it: kept when the planner dies, though not when the host does. */
    public static void write(Path file, Map<String, ?> object) throws IOException {
        write(file, object, false);
    }

    /** Replaces the file by one with the object in it; on disk when it returns. */
    public static void writeSurely(Path file, Map<String, ?> object) throws IOException {
        write(file, object, true);
    }

    private static void write(Path file, Map<String, ?> object, boolean sure) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(object));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (sure) {
                channel.force(true);
            }
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
