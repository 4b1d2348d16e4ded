package org.planisphere.planner;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.foundation.settings.SettingsException;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Engine;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.Kind;

/**
 * The command {@code planisphere platform check}: opens each platform of a settings file on this machine, in a folder of
 * its own that is removed again, and tells what it enforces and what it does not. A planner that runs here is not disturbed.
 *
 * <p>Ends with 0 when every platform works, 1 when one does not, 2 when the settings cannot be used.
 */
public final class PlatformCheck {
    static final String USAGE = """
        Usage: planisphere platform check [FILE]

        Opens every platform of the settings file on this machine and tells what its engine can enforce here and
        what not. Without a file: this machine, by the process engine. It starts no node and disturbs none.
        """;

    private static final int WORKS = 0;
    private static final int FAILS = 1;
    private static final int UNUSABLE = 2;

    private final PrintStream out;

    private PlatformCheck(PrintStream out) {
        this.out = out;
    }

    /** Entry point. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        Runtime.getRuntime().exit(run(List.of(args), System.getenv(), out, err));
    }

    static int run(List<String> args, Map<String, String> environment, PrintStream out, PrintStream err) {
        if (args.contains("--help") || args.contains("-h")) {
            out.print(USAGE);
            return WORKS;
        }
        if (args.size() > 1 || (args.size() == 1 && args.get(0).startsWith("-"))) {
            err.println("planisphere: " + args.get(args.size() - 1) + " is not understood.\n\n" + USAGE);
            return UNUSABLE;
        }
        try {
            Path file = args.isEmpty() ? null : Path.of(args.get(0));
            return new PlatformCheck(out).check(Settings.load(file, environment, Map.of()));
        } catch (InvalidPathException | SettingsException e) {
            err.println("planisphere: " + e.getMessage());
            return UNUSABLE;
        } catch (IOException | UncheckedIOException e) {
            err.println("planisphere: no folder to try in can be made: " + e.getMessage());
            return FAILS;
        }
    }

    private int check(Settings settings) throws IOException {
        List<Engine.Opener> openers = Platforms.read(settings);
        Path folder = folder(settings);
        try {
            WorkFolders folders = new WorkFolders(folder);
            int status = WORKS;
            for (int i = 0; i < openers.size(); i++) {
                out.print(i == 0 ? "" : System.lineSeparator());
                status = Math.max(status, check("platforms[" + i + "]", openers.get(i), folders));
            }
            return status;
        } finally {
            remove(folder);
        }
    }

    /** Beside the sessions where they can be written, as what users may reach there matters; else anywhere. */
    private static Path folder(Settings settings) throws IOException {
        Path data = settings.dataDir();
        return Files.isWritable(data)
                ? Files.createTempDirectory(data, "check-")
                : Files.createTempDirectory("planisphere-check-");
    }

    private int check(String place, Engine.Opener opener, WorkFolders folders) {
        try (Platform platform = opener.open(folders)) {
            tell(platform);
            return WORKS;
        } catch (RuntimeException e) {
            out.println(place + " does not work here: " + e.getMessage());
            return FAILS;
        }
    }

    private void tell(Platform platform) {
        PlatformDescription found = platform.describe();
        out.println(found.id() + " (" + found.name() + ") works.");
        line("runs", names(found.executables()));
        line("capacity", capacity(found.capacity()));
        line("data from", found.schemes().isEmpty() ? "nowhere" : String.join(", ", sorted(found.schemes())));
        list("enforced", platform.enforced());
        list("not enforced", found.unenforced());
    }

    private static String names(Iterable<Kind> kinds) {
        List<String> names = new ArrayList<>();
        kinds.forEach(kind -> names.add(kind.name()));
        return names.isEmpty() ? "nothing that its settings allow" : String.join(", ", sorted(names));
    }

    private static List<String> sorted(Collection<String> names) {
        return names.stream().sorted().toList();
    }

    private static String capacity(Amounts capacity) {
        if (capacity.equals(Amounts.WITHOUT_LIMIT)) {
            return "not its own";
        }
        return String.format(
                Locale.ROOT,
                "%d cores, %.1f GiB of memory, %.1f GiB of storage, %d accelerators",
                capacity.cores(),
                capacity.memory() / 1024.0,
                capacity.storage() / 1024.0,
                capacity.accelerators());
    }

    private void line(String what, String text) {
        out.printf(Locale.ROOT, "  %-12s %s%n", what, text);
    }

    private void list(String what, List<String> sentences) {
        if (sentences.isEmpty()) {
            line(what, "nothing is said by this engine");
        }
        for (int i = 0; i < sentences.size(); i++) {
            line(i == 0 ? what : "", sentences.get(i));
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
