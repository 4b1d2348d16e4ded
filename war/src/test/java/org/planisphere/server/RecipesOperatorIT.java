package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of the page that need nodes of their own, as they stand there. */
@Timeout(600)
class RecipesOperatorIT {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");
    private static final Pattern NAME = Pattern.compile("(?m)^# ([a-z]+[.](?:py|sh))");

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        assumeTrue(
                Files.exists(Path.of("../cli/target/planisphere.jar")),
                "the command is not built: the recipes run ./planisphere");
        Matcher blocks = BLOCK.matcher(Files.readString(Path.of("../docs/recipes.md")));
        while (blocks.find()) {
            Matcher name = NAME.matcher(blocks.group(2));
            if (blocks.group(1).equals("json")) {
                Files.writeString(folder.resolve("task.json"), blocks.group(2));
            } else if (name.find()) {
                Files.writeString(folder.resolve(name.group(1)), blocks.group(2));
            }
        }
    }

    private String run(List<String> command) throws Exception {
        Path said = folder.resolve("said.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(Path.of("..").toFile());
        builder.environment().put("PLANISPHERE_BUILT", "1");
        Process recipe =
                builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
        try {
            assertThat(recipe.waitFor(300, TimeUnit.SECONDS))
                    .as(Files.readString(said))
                    .isTrue();
            assertThat(recipe.exitValue()).as(Files.readString(said)).isZero();
            return Files.readString(said, StandardCharsets.UTF_8);
        } finally {
            List<ProcessHandle> left = new ArrayList<>(recipe.descendants().toList());
            left.forEach(ProcessHandle::destroy);
            recipe.destroyForcibly();
        }
    }

    @Test
    void aPlannerOfSomebodyElsesIsFoundInTheRegistryAskedAndRun() throws Exception {
        String said = run(List.of(
                "sh",
                folder.resolve("foreign.sh").toString(),
                folder.resolve("foreign").toString(),
                Integer.toString(freePort()),
                Integer.toString(freePort())));
        assertThat(said).contains("registered ", "hello\n", "COMPLETED");
    }

    @Test
    void behindAWallMachinesAreReachedThroughTheAggregatorAndInNoOtherWay() throws Exception {
        List<String> apart = List.of("unshare", "--net", "--mount");
        List<String> probe = new ArrayList<>(apart);
        probe.addAll(List.of("sh", "-c", "mount -t tmpfs places /run && ip netns add there && curl --version"));
        Process possible;
        try {
            possible = new ProcessBuilder(probe)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException missing) {
            possible = null;
        }
        assumeTrue(
                possible != null && possible.waitFor() == 0,
                "no networks can be made here: that takes root, unshare, curl and ip (Debian: iproute2)");
        List<String> command = new ArrayList<>(apart);
        command.addAll(List.of(
                "sh",
                folder.resolve("wall.sh").toString(),
                folder.resolve("wall").toString()));
        String said = run(command);
        assertThat(said).contains("timed out", "The machines, Machines", "hello\n", "COMPLETED");
        assertThat(folder.resolve("wall/there.xml")).content().contains("availability");
        assertThat(folder.resolve("wall/results/note.txt")).hasContent("kept");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
