package org.planisphere.registry.adql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The corpus of queries, those found by fuzzing and those somebody tried to break in with; and a bounded run of Jazzer. */
class AdqlFuzzTest {
    private static Path corpus() {
        try {
            return Path.of(Objects.requireNonNull(AdqlFuzzTest.class.getResource("corpus"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static Stream<Path> queries() throws IOException {
        try (Stream<Path> files = Files.list(corpus())) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("queries")
    void theCorpusIsReadOrRefused(Path query) throws IOException {
        AdqlFuzz.fuzzerTestOneInput(Files.readAllBytes(query));
    }

    /** The same seed, so many inputs: what it finds it finds again. */
    @Test
    void jazzerFindsNothingInABoundedRun(@TempDir Path folder) throws Exception {
        Path work = Files.createDirectory(folder.resolve("corpus"));
        for (Path query : queries().toList()) {
            Files.copy(query, work.resolve(query.getFileName().toString()));
        }
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "-Xss2m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + AdqlFuzz.class.getName(),
                        "--instrumentation_includes=org.planisphere.registry.adql.**",
                        "--reproducer_path=" + folder,
                        "-seed=20261121",
                        "-runs=20000",
                        "-max_total_time=10",
                        "-max_len=400",
                        "-timeout=10",
                        "-artifact_prefix=" + folder + "/",
                        work.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(output);
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said).contains("Done ");
    }
}
