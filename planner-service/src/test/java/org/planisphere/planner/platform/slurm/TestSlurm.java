package org.planisphere.planner.platform.slurm;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.planisphere.planner.platform.Archive;
import org.planisphere.planner.staging.Delegations;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.staging.WorkFolders;

/** A real Slurm of the tests' own on this machine, by {@code bin/slurm}: begun once for all tests of the module. */
final class TestSlurm {
    private static TestSlurm one;
    private static String missing;

    private final Path folder;
    private final Process process;
    private final String conf;
    private final String rest;
    private WorkFolders sessions;

    private TestSlurm(Path folder, Process process, String conf, String rest) {
        this.folder = folder;
        this.process = process;
        this.conf = conf;
        this.rest = rest;
    }

    /** The Slurm; the test is skipped, with the reason, where there can be none. */
    static synchronized TestSlurm needed() {
        if (one == null && missing == null) {
            try {
                begin();
            } catch (IOException e) {
                missing = "Slurm does not work on this host: " + e.getMessage();
            }
        }
        assumeTrue(one != null, missing);
        return one;
    }

    private static void begin() throws IOException {
        Path folder = Files.createTempDirectory("planisphere-slurm");
        var passable = Files.getPosixFilePermissions(folder);
        passable.add(PosixFilePermission.OTHERS_EXECUTE);
        Files.setPosixFilePermissions(folder, passable);
        Process process = new ProcessBuilder("../bin/slurm", "--rest", folder + "/slurm")
                .redirectErrorStream(true)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process, folder)));
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("ready ")) {
                String[] words = line.split(" ");
                one = new TestSlurm(folder, process, words[1], words[2]);
                return;
            }
            said.append(line.replaceFirst("^planisphere: ", "")).append(' ');
        }
        missing = said.toString().strip();
    }

    private static void end(Process process, Path folder) {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            WorkFolder.delete(folder);
        } catch (IOException | InterruptedException e) {
            // The machine's folder for temporary files.
        }
    }

    String conf() {
        return conf;
    }

    String rest() {
        return rest;
    }

    /** A folder of the tests that goes with them. */
    Path folder() {
        return folder;
    }

    /** The same for all tests, so that only the first asks what a node can do. */
    synchronized WorkFolders sessions() {
        if (sessions == null) {
            sessions = new WorkFolders(folder.resolve("sessions"), Delegations.NONE, Archive.depot());
        }
        return sessions;
    }

    /** Runs a command of Slurm to its end. */
    String run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SLURM_CONF", conf);
        Process run = builder.start();
        run.getOutputStream().close();
        String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (run.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", words) + ": " + said);
        }
        return said.strip();
    }

    /** Stops the controller, and nothing else. */
    void stopController() throws IOException, InterruptedException {
        signal("USR1");
        awaitPing("DOWN");
    }

    void startController() throws IOException, InterruptedException {
        signal("USR2");
        awaitPing("UP");
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    private void awaitPing(String word) throws IOException, InterruptedException {
        for (int i = 0; i < 300; i++) {
            ProcessBuilder builder = new ProcessBuilder("scontrol", "ping").redirectErrorStream(true);
            builder.environment().put("SLURM_CONF", conf);
            Process run = builder.start();
            String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            run.waitFor();
            if (said.contains(" is " + word)) {
                return;
            }
            process.waitFor(100, TimeUnit.MILLISECONDS);
        }
        throw new IllegalStateException("the controller is not " + word);
    }
}
