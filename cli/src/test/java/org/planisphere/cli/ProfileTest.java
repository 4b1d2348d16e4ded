package org.planisphere.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.client.TestServer;

/** Options kept under names. */
@Timeout(60)
class ProfileTest {
    private static final String ME = "{\"id\":\"\",\"name\":\"nobody\",\"anonymous\":true}";

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private TestServer here;
    private TestServer there;

    @BeforeEach
    void begin() throws Exception {
        environment.put("XDG_STATE_HOME", folder.resolve("state").toString());
        environment.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
        here = new TestServer();
        there = new TestServer();
        here.json("GET /me", 200, ME);
        there.json("GET /me", 200, ME);
    }

    @AfterEach
    void end() {
        here.close();
        there.close();
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), false, false, 200);
        Kit kit = new Kit(
                terminal,
                new ByteArrayInputStream(new byte[0]),
                environment,
                Memory.of(environment),
                Clock.systemUTC());
        return Main.run(kit, arguments);
    }

    private static String at(TestServer server) {
        return "http://127.0.0.1:" + server.base().getPort() + "/planner";
    }

    @Test
    void theFirstProfileIsInUseUntilAnotherIsChosen() {
        assertThat(run("profile", "list")).isEqualTo(Exit.NO);
        assertThat(run("profile", "set", "here", "--planner", at(here))).isZero();
        assertThat(run("profile", "set", "there", "--planner", at(there), "--sort", "price"))
                .isZero();
        assertThat(run("me")).isZero();
        assertThat(here.seen).hasSize(1);

        assertThat(run("profile", "use", "there")).isZero();
        assertThat(run("me")).isZero();
        assertThat(there.seen).hasSize(1);

        assertThat(run("profile", "list")).isZero();
        assertThat(out.toString().lines().filter(line -> line.stripLeading().startsWith("*")))
                .singleElement()
                .asString()
                .contains("there", "--planner " + at(there), "--sort price");
    }

    @Test
    void anOptionCountsMoreThanANamedProfileAVariableAndTheProfileInUseInThisOrder() {
        run("profile", "set", "here", "--planner", at(here));
        run("profile", "set", "there", "--planner", at(there));
        environment.put("PLANISPHERE_PLANNER", at(there));
        assertThat(run("me")).isZero();
        assertThat(there.seen).as("the variable, not the profile in use").hasSize(1);
        assertThat(run("me", "--profile", "here")).isZero();
        assertThat(here.seen).as("the profile that was named, not the variable").hasSize(1);
        assertThat(run("me", "--profile", "here", "--planner", at(there))).isZero();
        assertThat(there.seen).as("the option").hasSize(2);
        environment.remove("PLANISPHERE_PLANNER");
        environment.put("PLANISPHERE_PROFILE", "there");
        assertThat(run("me")).isZero();
        assertThat(there.seen).hasSize(3);
    }

    @Test
    void theTokenOfAProfileIsReadFromItsFileAndNeverKept() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "s3cret\n");
        run("profile", "set", "mine", "--planner", at(here), "--token-file", token.toString());
        assertThat(run("me")).isZero();
        assertThat(here.seen.get(0).header("Authorization")).isEqualTo("Bearer s3cret");
        Path file = folder.resolve("config/planisphere/profiles.json");
        assertThat(file).content().doesNotContain("s3cret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aProfileCanBeTakenAwayAndOneThatIsNotThereIsRefused() {
        run("profile", "set", "here", "--planner", at(here));
        assertThat(run("profile", "remove", "here")).isZero();
        assertThat(run("me", "--profile", "here")).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).contains("There is no profile here.", "planisphere profile list");
        assertThat(run("profile", "use", "here")).isEqualTo(Exit.USAGE);
        assertThat(run("profile", "remove", "here")).isEqualTo(Exit.USAGE);
    }

    @Test
    void whatCannotBeKeptIsRefused() {
        assertThat(run("profile", "set", "empty")).isEqualTo(Exit.USAGE);
        assertThat(run("profile", "set", "../up", "--planner", at(here))).isEqualTo(Exit.USAGE);
        assertThat(run("profile", "set", "here", "--planner", "ftp://127.0.0.1/"))
                .isEqualTo(Exit.USAGE);
        assertThat(run("profile", "set", "here", "--weights", "luck:1")).isEqualTo(Exit.USAGE);
        assertThat(run("profile", "list")).isEqualTo(Exit.NO);
    }

    @Test
    void aDamagedFileIsNamed() throws Exception {
        Path file =
                Files.createDirectories(folder.resolve("config/planisphere")).resolve("profiles.json");
        Files.writeString(file, "{");
        assertThat(run("me")).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).contains(file.toString());
    }
}
