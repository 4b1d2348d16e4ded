package org.planisphere.python;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The Python that runs the tests: {@code python3} of the path, 3.9 or newer. */
final class PythonTests {
    private static final Path FOLDER = Path.of("../python").toAbsolutePath().normalize();

    private PythonTests() {}

    /** What it said, and how it ended. */
    record Outcome(int status, String said) {}

    /** Whether there is one that is new enough. */
    static boolean possible() throws InterruptedException {
        try {
            return run(Map.of(), List.of("-c", "import sys; sys.exit(sys.version_info < (3, 9))"))
                            .status()
                    == 0;
        } catch (IOException notThere) {
            return false;
        }
    }

    /** Runs the tests in the files of this pattern. Every warning of Python's is an error. */
    static Outcome discover(String pattern, Map<String, String> environment) throws IOException, InterruptedException {
        return run(
                environment,
                List.of(
                        "-B",
                        "-W",
                        "error",
                        "-m",
                        "unittest",
                        "discover",
                        "-v",
                        "-s",
                        "tests",
                        "-t",
                        ".",
                        "-p",
                        pattern));
    }

    private static Outcome run(Map<String, String> environment, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3"));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(variable -> variable.startsWith("PLANISPHERE_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return new Outcome(process.waitFor(), said);
    }
}
