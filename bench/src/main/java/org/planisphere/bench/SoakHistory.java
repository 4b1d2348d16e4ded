package org.planisphere.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What callers wanted and what they were told, one line of JSON for each beginning and each end, only ever appended to:
 * {@code invoke} before a call, then {@code ok}, {@code fail} (the planner said no) or {@code unknown} (no answer came).
 * All values are plain words, numbers and instants. Thread safe.
 */
final class SoakHistory implements AutoCloseable {
    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":\"([^\"]*)\"");

    private final BufferedWriter out;
    private long last;

    SoakHistory(Path file) throws IOException {
        out = Files.newBufferedWriter(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND);
    }

    /** A call begins; its number. */
    synchronized long invoke(String who, String what, String on) {
        long number = ++last;
        line(Map.of("n", Long.toString(number), "type", "invoke", "who", who, "what", what, "on", on));
        return number;
    }

    /** The call ended. */
    synchronized void end(long number, String type, Map<String, String> more) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("n", Long.toString(number));
        fields.put("type", type);
        fields.putAll(more);
        line(fields);
    }

    /** Something was done to the node. */
    synchronized void note(String what) {
        line(Map.of("n", "0", "type", "note", "what", what));
    }

    private void line(Map<String, String> fields) {
        StringBuilder text =
                new StringBuilder("{\"at\":\"").append(Instant.now()).append('"');
        fields.forEach((name, value) ->
                text.append(",\"").append(name).append("\":\"").append(value).append('"'));
        try {
            out.append(text).append("}\n");
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of a history, in the order in which they were written; the caller closes the stream. */
    static Stream<Map<String, String>> read(Path file) throws IOException {
        return Files.lines(file).map(SoakHistory::fields);
    }

    private static Map<String, String> fields(String line) {
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher matcher = FIELD.matcher(line);
        while (matcher.find()) {
            fields.put(matcher.group(1), matcher.group(2));
        }
        return fields;
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
