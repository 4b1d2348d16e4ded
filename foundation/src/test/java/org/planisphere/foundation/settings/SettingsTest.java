package org.planisphere.foundation.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @TempDir
    private Path folder;

    private Path file(String yaml) throws Exception {
        return Files.writeString(folder.resolve("node.yaml"), yaml);
    }

    private static List<String> faults(ThrowingRunnable load) {
        return catchThrowableOfType(SettingsException.class, load::run).faults();
    }

    private interface ThrowingRunnable {
        void run() throws Exception;
    }

    @Nested
    class Sources {
        @Test
        void defaultsStandWhenNothingIsSet() {
            Settings settings = Settings.load(null, Map.of(), Map.of());
            assertThat(settings.get(Keys.OFFER_LIFETIME)).isEqualTo(Duration.ofMinutes(5));
            assertThat(settings.get(Keys.STAGING_FILE_ROOTS)).isEmpty();
            assertThat(settings.find(Keys.DB_URL)).isEmpty();
            assertThat(settings.nodeUrl()).isEqualTo(URI.create("http://127.0.0.1:8080"));
            assertThat(settings.databaseUrl()).startsWith("jdbc:h2:file:/").endsWith("var/node/db/planisphere");
        }

        @Test
        void commandLineWinsOverEnvironmentOverFileOverDefault() throws Exception {
            Path file = file("listen: {port: 1001, address: 0.0.0.0}\nnode.name: from file\n");
            Settings settings = Settings.load(
                    file,
                    Map.of("PLANISPHERE_LISTEN_PORT", "1002", "PLANISPHERE_NODE_NAME", "from environment"),
                    Map.of("listen.port", "1003"));
            assertThat(settings.get(Keys.LISTEN_PORT)).isEqualTo(1003);
            assertThat(settings.get(Keys.NODE_NAME)).isEqualTo("from environment");
            assertThat(settings.get(Keys.LISTEN_ADDRESS)).isEqualTo("0.0.0.0");
            assertThat(settings.nodeUrl()).isEqualTo(URI.create("http://127.0.0.1:1003"));
        }

        @Test
        void dottedAndNestedKeysAreTheSame() {
            assertThat(Settings.ofYaml("planner.offer.lifetime: 90s").get(Keys.OFFER_LIFETIME))
                    .isEqualTo(
                            Settings.ofYaml("planner:\n  offer.lifetime: PT90S").get(Keys.OFFER_LIFETIME));
        }

        @Test
        void noKeyBeginsAnotherSoThatAllOfThemNest() {
            List<String> keys = Keys.all().stream().map(Setting::key).toList();
            assertThat(keys).allSatisfy(key -> assertThat(keys).noneMatch(other -> other.startsWith(key + ".")));
            Settings settings = Settings.ofYaml("""
                    registry:
                      publisher: Example Platform
                      publish: {token: secret}
                      tap: {rows: 7, most: {rows: 8}}
                    """);
            assertThat(settings.get(Keys.REGISTRY_PUBLISHER)).isEqualTo("Example Platform");
            assertThat(settings.get(Keys.REGISTRY_PUBLISHER_TOKEN)).isEqualTo("secret");
            assertThat(settings.get(Keys.REGISTRY_TAP_MOST_ROWS)).isEqualTo(8);
        }

        @Test
        void namesThatSettingsHadBeforeAreStillRead() throws Exception {
            Path dotted = file("registry.publisher: Example Platform\nregistry.publisher.token: secret\n");
            assertThat(Settings.load(dotted, Map.of(), Map.of()).get(Keys.REGISTRY_PUBLISHER_TOKEN))
                    .isEqualTo("secret");
            assertThat(Settings.ofYaml("registry: {publisher: {token: secret}}").get(Keys.REGISTRY_PUBLISHER_TOKEN))
                    .isEqualTo("secret");
            Settings others = Settings.load(
                    null,
                    Map.of("PLANISPHERE_REGISTRY_PUBLISHER_TOKEN", "secret"),
                    Map.of("registry.tap.rows.most", "8"));
            assertThat(others.get(Keys.REGISTRY_PUBLISHER_TOKEN)).isEqualTo("secret");
            assertThat(others.get(Keys.REGISTRY_TAP_MOST_ROWS)).isEqualTo(8);
            assertThat(faults(() -> Settings.ofYaml("registry.publisher.token: a\nregistry.publish.token: b")))
                    .singleElement()
                    .asString()
                    .contains("given twice");
        }

        @Test
        void listsAreYamlListsOrCommaSeparated() {
            assertThat(Settings.ofYaml("staging.http.allow: [a.org, b.org]").get(Keys.STAGING_HTTP_ALLOW))
                    .containsExactly("a.org", "b.org");
            assertThat(Settings.load(null, Map.of("PLANISPHERE_STAGING_HTTP_ALLOW", "a.org, b.org"), Map.of())
                            .get(Keys.STAGING_HTTP_ALLOW))
                    .containsExactly("a.org", "b.org");
        }

        @Test
        void emptyFileAndEmptyBranchesAreFine() throws Exception {
            Path file = file("# nothing yet\n");
            assertThat(Settings.load(file, Map.of(), Map.of()).get(Keys.LISTEN_PORT))
                    .isEqualTo(8080);
            assertThat(Settings.ofYaml("listen:\nplatforms:\n").get(Keys.LISTEN_PORT))
                    .isEqualTo(8080);
        }

        @Test
        void variablesOfTheToolsAndOfOthersAreLeftAlone() {
            assertThat(Settings.load(null, Map.of("PLANISPHERE_TOKEN", "x", "PATH", "/bin"), Map.of()))
                    .isNotNull();
        }
    }

    @Nested
    class Faults {
        @Test
        void allFaultsAreToldAtOnceWithWhereAndWhatIsAllowed() throws Exception {
            Path file = file("listen:\n  port: 99999\nplanner:\n  offer:\n    lifetme: 5m\n");
            assertThat(faults(() -> Settings.load(file, Map.of("PLANISPHERE_LOG_LEVEL", "loud"), Map.of())))
                    .containsExactly(
                            "listen.port = \"99999\" (" + file + " line 2): must be a whole number from 1 to 65535",
                            "planner.offer.lifetme (" + file
                                    + " line 5): there is no such setting; did you mean planner.offer.lifetime?",
                            "PLANISPHERE_LOG_LEVEL = \"loud\" (environment): must be one of error, warn, info, debug");
        }

        @Test
        void anUnknownVariableIsToldWithTheNearestOne() {
            assertThat(faults(() -> Settings.load(null, Map.of("PLANISPHERE_LISTEN_PROT", "1"), Map.of())))
                    .containsExactly("PLANISPHERE_LISTEN_PROT (environment): there is no such setting; did you mean "
                            + "PLANISPHERE_LISTEN_PORT?");
        }

        @Test
        void aMissingFileIsNamed() {
            Path missing = folder.resolve("missing.yaml");
            assertThatThrownBy(() -> Settings.load(missing, Map.of(), Map.of()))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("There is no file " + missing);
        }

        @ParameterizedTest
        @ValueSource(strings = {"a: [", "- list", "listen: 5", "a: 1\na: 2", "? [x]\n: y", "listen.port: {a: 1}"})
        void filesOfAnotherShapeAreRefused(String yaml) {
            assertThatThrownBy(() -> Settings.load(file(yaml), Map.of(), Map.of()))
                    .isInstanceOf(SettingsException.class);
        }

        @Test
        void noTagOfTheFileBecomesAnObject() throws Exception {
            Path file = file("node.name: !!java.io.File [/etc/passwd]\n");
            assertThat(faults(() -> Settings.load(file, Map.of(), Map.of()))).hasSize(1);
        }

        @Test
        void aKeyGivenTwiceIsAFault() {
            assertThat(faults(() -> Settings.ofYaml("listen.port: 1\nlisten:\n  port: 2")))
                    .containsExactly("listen.port (the text line 3): is given twice");
        }

        @Test
        void aSecretMayStandInAFile() throws Exception {
            Path file = Files.writeString(folder.resolve("secret"), "only known to some\n");
            Settings settings = Settings.load(null, Map.of("PLANISPHERE_DB_PASSWORD_FILE", file.toString()), Map.of());
            assertThat(settings.get(Keys.DB_PASSWORD)).isEqualTo("only known to some");

            assertThatThrownBy(() -> Settings.load(
                            null,
                            Map.of(
                                    "PLANISPHERE_DB_PASSWORD_FILE",
                                            folder.resolve("none").toString(),
                                    "PLANISPHERE_DB_USER_FILE", file.toString(),
                                    "PLANISPHERE_REGISTRY_PUBLISH_TOKEN", "0123456789abcdef0123",
                                    "PLANISPHERE_REGISTRY_PUBLISH_TOKEN_FILE", file.toString()),
                            Map.of()))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("PLANISPHERE_DB_PASSWORD_FILE (environment): must be a file that can be read")
                    .hasMessageContaining("PLANISPHERE_DB_USER_FILE (environment): there is no such setting")
                    .hasMessageContaining("PLANISPHERE_REGISTRY_PUBLISH_TOKEN is given too")
                    .hasMessageNotContaining("only known");
        }

        @Test
        void secretsAreNeverShown() {
            Setting<String> secret = Keys.DB_PASSWORD;
            Settings settings = Settings.of(Map.of(secret.key(), "hunter2"));
            assertThat(settings.get(secret)).isEqualTo("hunter2");
            assertThat(settings.toString()).doesNotContain("hunter2").contains("db.password=***");
            assertThat(faults(() -> Settings.of(Map.of(secret.key(), "hunter2\nhunter3")))
                            .get(0))
                    .doesNotContain("hunter");
        }
    }

    @Nested
    class Types {
        @ParameterizedTest(name = "{0} is {1} s")
        @CsvSource({"PT5M,300", "5m,300", "90s,90", "2h,7200", "1d,86400", "1500ms,1"})
        void durations(String text, long seconds) {
            Duration read =
                    SettingType.duration(Duration.ZERO, Duration.ofDays(2)).parse(text);
            assertThat(read).isNotNull();
            assertThat(read.toSeconds()).isEqualTo(seconds);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "5", "-5m", "3d", "PT-1S", "five", "99999999999d", "P1M"})
        void textThatIsNoDurationInTheRange(String text) {
            assertThat(SettingType.duration(Duration.ZERO, Duration.ofDays(2)).parse(text))
                    .isNull();
        }

        @ParameterizedTest(name = "{0} is {1} bytes")
        @CsvSource({"1,1", "1KiB,1024", "2 MiB,2097152", "1gb,1000000000", "1TiB,1099511627776"})
        void sizes(String text, long bytes) {
            assertThat(SettingType.size(0, Long.MAX_VALUE).parse(text)).isEqualTo(bytes);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "-1", "1.5GiB", "9999999999999TiB", "1XB"})
        void textThatIsNoSize(String text) {
            assertThat(SettingType.size(0, Long.MAX_VALUE).parse(text)).isNull();
        }

        @ParameterizedTest
        @ValueSource(strings = {"ftp://x", "http:///x", "http://u:p@x", "http://x?q", "http://x#f", "x", "http:// x"})
        void textThatIsNoUrl(String text) {
            assertThat(SettingType.url().parse(text)).isNull();
        }

        @Test
        void urlsLoseTheSlashAtTheirEnd() {
            assertThat(SettingType.url().parse("https://a.org/p/")).isEqualTo(URI.create("https://a.org/p"));
        }
    }

    @Nested
    class Trees {
        private record Shape(String name, int cores) {
            Shape {
                if (name.equals("bad")) {
                    throw new IllegalArgumentException("a shape must not be bad");
                }
            }
        }

        private record Site(String id, int cores, List<Shape> shapes) {}

        private static Site site(Tree t) {
            return new Site(
                    t.need("id", SettingType.text(), "?"),
                    t.child("capacity", true).need("cores", SettingType.integer(1, Integer.MAX_VALUE), 1),
                    t.items(
                            "shapes",
                            s -> new Shape(
                                    s.need("name", SettingType.text(), "?"),
                                    s.get("cores", SettingType.integer(1, 99), 1))));
        }

        @Test
        void aListOfMapsIsReadByAReader() {
            Settings settings = Settings.ofYaml("""
                    platforms:
                      - id: a
                        capacity: {cores: 4}
                        shapes: [{name: small}, {name: big, cores: 4}]
                      - {id: b, capacity: {cores: 2}}
                    """);
            assertThat(settings.items(Keys.PLATFORMS, Trees::site))
                    .containsExactly(
                            new Site("a", 4, List.of(new Shape("small", 1), new Shape("big", 4))),
                            new Site("b", 2, List.of()));
        }

        @Test
        void faultsAreNamedByTheirPathAllAtOnce() {
            Settings settings = Settings.ofYaml("""
                    platforms:
                      - idd: a
                        capacity: {cores: many}
                        shapes:
                          - {name: small, cores: 0}
                          - {name: bad}
                      - id: b
                    """);
            assertThat(faults(() -> settings.items(Keys.PLATFORMS, Trees::site)))
                    .containsExactly(
                            "platforms[0].id (the text line 2): is missing; must be one line of text, not blank",
                            "platforms[0].capacity.cores (the text line 3) = \"many\": must be a whole number, at least 1",
                            "platforms[0].shapes[0].cores (the text line 5) = \"0\": must be a whole number from 1 to 99",
                            "platforms[0].shapes[1] (the text): a shape must not be bad",
                            "platforms[0].idd (the text line 2): there is no such setting; did you mean id?",
                            "platforms[1].capacity (the text line 7): is missing; must be a map of keys and values");
        }

        @Test
        void aTreeOfAnotherShapeIsAFault() {
            assertThat(faults(() -> Settings.ofYaml("platforms: 5").items(Keys.PLATFORMS, Trees::site)))
                    .containsExactly("platforms (the text line 1): must be a list");
            assertThat(faults(() -> Settings.ofYaml("platforms: [5]").items(Keys.PLATFORMS, Trees::site)))
                    .first()
                    .isEqualTo("platforms[0] (the text line 1): must be a map of keys and values");
        }

        @Test
        void noTreeIsNoItems() {
            assertThat(Settings.ofYaml("").items(Keys.PLATFORMS, Trees::site)).isEmpty();
        }
    }
}
