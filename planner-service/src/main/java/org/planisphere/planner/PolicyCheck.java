package org.planisphere.planner;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.planisphere.foundation.settings.SettingsException;
import org.planisphere.planner.policy.Policy;
import org.planisphere.planner.policy.PolicyReader;

/**
 * The command {@code planisphere policy check FILE}: tells every fault of a policy as a planner would, without one.
 *
 * <p>Ends with 0 when there is none, 1 when there are some, 2 when there is no such file.
 */
public final class PolicyCheck {
    static final String USAGE = """
        Usage: planisphere policy check FILE

        Tells every fault of a policy, with its path and line. It asks nobody and starts nothing.
        """;

    private static final int GOOD = 0;
    private static final int FAULTS = 1;
    private static final int UNUSABLE = 2;

    private PolicyCheck() {}

    /** Entry point. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        Runtime.getRuntime().exit(run(List.of(args), out, err));
    }

    static int run(List<String> args, PrintStream out, PrintStream err) {
        if (args.size() != 1 || args.get(0).startsWith("-")) {
            err.print(USAGE);
            return UNUSABLE;
        }
        try {
            Path file = Path.of(args.get(0));
            Policy policy = PolicyReader.read(file.toString(), Files.readString(file));
            out.println("version " + policy.version() + ", no faults, sha256:" + policy.digest());
            return GOOD;
        } catch (SettingsException e) {
            e.faults().forEach(out::println);
            return FAULTS;
        } catch (IOException | InvalidPathException e) {
            err.println("planisphere: " + args.get(0) + " cannot be read as UTF-8 text");
            return UNUSABLE;
        }
    }
}
