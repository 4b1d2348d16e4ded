package org.planisphere.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where the command writes.
 *
 * @param live whether a person watches: lines may be drawn anew
 * @param colour whether colours may be used
 * @param width columns; {@link Integer#MAX_VALUE} when nobody watches
 */
record Terminal(PrintWriter out, PrintWriter err, boolean live, boolean colour, int width) {
    private static final int USUAL_WIDTH = 100;

    /** Standard output and error, in UTF-8. */
    static Terminal standard(Map<String, String> environment) {
        boolean live = isTerminal(1);
        boolean dumb = "dumb".equals(environment.get("TERM"));
        boolean colour =
                live && !dumb && environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(
                writer(FileDescriptor.out),
                writer(FileDescriptor.err),
                live && !dumb,
                colour,
                live ? columns(environment) : Integer.MAX_VALUE);
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    void complain(String text) {
        err.println(text);
        err.flush();
    }

    String bold(String text) {
        return paint("1", text);
    }

    String faint(String text) {
        return paint("2", text);
    }

    String good(String text) {
        return paint("32", text);
    }

    String bad(String text) {
        return paint("31", text);
    }

    String notable(String text) {
        return paint("33", text);
    }

    String accent(String text) {
        return paint("36", text);
    }

    /** A phase in its colour. */
    String phase(String phase) {
        return switch (phase) {
            case "COMPLETED" -> good(phase);
            case "FAILED", "REJECTED", "EXPIRED" -> bad(phase);
            case "CANCELLED" -> notable(phase);
            default -> accent(phase);
        };
    }

    /**
     * What others have written, made harmless: control characters, by which a terminal could be steered, are shown as
     * blanks.
     */
    static String harmless(@Nullable String text) {
        if (text == null) {
            return "";
        }
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .forEach(letter -> clean.appendCodePoint(
                        Character.isISOControl(letter) || Character.getType(letter) == Character.FORMAT
                                ? ' '
                                : letter));
        return clean.toString();
    }

    private String paint(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(
                new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8),
                false,
                StandardCharsets.UTF_8);
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException | SecurityException noProc) {
            return System.console() != null;
        }
    }

    private static int columns(Map<String, String> environment) {
        String said = environment.getOrDefault("COLUMNS", "");
        if (said.matches("[1-9][0-9]{1,3}")) {
            return Integer.parseInt(said);
        }
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(Path.of("/dev/tty").toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(stty.getInputStream().readNBytes(40), StandardCharsets.US_ASCII).trim();
            stty.waitFor(1, TimeUnit.SECONDS);
            if (answer.matches("[0-9]+ [1-9][0-9]{1,3}")) {
                return Integer.parseInt(answer.substring(answer.indexOf(' ') + 1));
            }
        } catch (IOException noTerminal) {
            // as wide as usual
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return USUAL_WIDTH;
    }
}
