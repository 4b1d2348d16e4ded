package org.planisphere.launch;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One line per event, whatever it holds: line ends and other control characters are escaped, and what looks like a
 * credential is hidden. As text or, with {@link Json}, as a JSON object {@code time, level, logger, thread, message,
 * error}. Thread-safe.
 */
public class LineFormatter extends Formatter {
    private static final Pattern CREDENTIAL = Pattern.compile(
            "(?i)(\\b(?:bearer|basic)\\s+|\\b(?:authorization|access_token|id_token|refresh_token|token|password|passwd"
                    + "|secret|api[_-]?key|sig|signature|x-amz-signature|x-amz-credential)\\s*[=:]\\s*(?:bearer\\s+|basic"
                    + "\\s+)?)[^\\s&\"',;}]+");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final Map<Level, String> LEVELS = Map.of(
            Level.SEVERE, "ERROR",
            Level.WARNING, "WARN",
            Level.INFO, "INFO",
            Level.CONFIG, "INFO",
            Level.FINE, "DEBUG",
            Level.FINER, "DEBUG",
            Level.FINEST, "DEBUG");

    /** As JSON. */
    public static final class Json extends LineFormatter {
        @Override
        public String format(LogRecord record) {
            StringBuilder line = new StringBuilder(256).append('{');
            field(line, "time", TIME.format(record.getInstant())).append(',');
            field(line, "level", level(record)).append(',');
            field(line, "logger", String.valueOf(record.getLoggerName())).append(',');
            field(line, "thread", Long.toString(record.getLongThreadID())).append(',');
            field(line, "message", hide(formatMessage(record)));
            if (record.getThrown() != null) {
                line.append(',');
                field(line, "error", hide(trace(record.getThrown())));
            }
            return line.append("}\n").toString();
        }

        private static StringBuilder field(StringBuilder line, String name, String value) {
            line.append('"').append(name).append("\":\"");
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                switch (c) {
                    case '"' -> line.append("\\\"");
                    case '\\' -> line.append("\\\\");
                    case '\n' -> line.append("\\n");
                    case '\t' -> line.append("\\t");
                    case '\r' -> line.append("\\r");
                    default -> {
                        if (unsafe(c)) {
                            line.append("\\u%04x".formatted((int) c));
                        } else {
                            line.append(c);
                        }
                    }
                }
            }
            return line.append('"');
        }
    }

    @Override
    public String format(LogRecord record) {
        StringBuilder line = new StringBuilder(200)
                .append(TIME.format(record.getInstant()))
                .append(' ')
                .append("%-5s".formatted(level(record)))
                .append(' ')
                .append(record.getLoggerName())
                .append(": ");
        String text = formatMessage(record);
        if (record.getThrown() != null) {
            text = text + "\n" + trace(record.getThrown());
        }
        return escape(line, hide(text)).append('\n').toString();
    }

    /** The text with every credential in it replaced by three stars. */
    static String hide(String text) {
        return CREDENTIAL.matcher(text).replaceAll("$1***");
    }

    private static StringBuilder escape(StringBuilder line, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (unsafe(c)) {
                        line.append("\\u%04x".formatted((int) c));
                    } else {
                        line.append(c);
                    }
                }
            }
        }
        return line;
    }

    // Control characters, and the line and paragraph separators that some viewers break lines at.
    private static boolean unsafe(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029' || Character.getType(c) == Character.FORMAT;
    }

    private static String level(LogRecord record) {
        return LEVELS.getOrDefault(record.getLevel(), "INFO");
    }

    private static String trace(@Nullable Throwable thrown) {
        if (thrown == null) {
            return "";
        }
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
