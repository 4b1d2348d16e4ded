package org.planisphere.planner.platform.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageNameTest {
    private static final String DIGEST = "sha256:" + "a".repeat(64);

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "python, docker.io/library/python:latest",
        "python:3.12, docker.io/library/python:3.12",
        "astro/tools, docker.io/astro/tools:latest",
        "docker://ghcr.io/a/b:1, ghcr.io/a/b:1",
        "127.0.0.1:5000/x/y, 127.0.0.1:5000/x/y:latest",
        "localhost/x:1, localhost/x:1"
    })
    void everythingLeftOutIsFilledIn(String text, String full) {
        assertThat(ImageName.of(text)).map(ImageName::full).contains(full);
    }

    @Test
    void aDigestWinsOverATag() {
        assertThat(ImageName.of("python:3@" + DIGEST))
                .map(ImageName::full)
                .contains("docker.io/library/python@" + DIGEST);
        assertThat(ImageName.of("python:3").orElseThrow().at(DIGEST).full())
                .isEqualTo("docker.io/library/python@" + DIGEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-v", "a b", "a;b", "../x", "/x", "x/../y", "x@sha256:1", "X/Y", "a//b", "http://a/b", "x\ny"
            })
    void whatIsNoNameIsRefused(String text) {
        assertThat(ImageName.of(text)).isEmpty();
    }

    @Test
    void patternsAllowARepositoryOrEverythingBelow() {
        ImageName name = ImageName.of("ghcr.io/astro/tools:1").orElseThrow();
        assertThat(name.allowed(List.of("ghcr.io/astro/*"))).isTrue();
        assertThat(name.allowed(List.of("ghcr.io/astro/tools"))).isTrue();
        assertThat(name.allowed(List.of("*"))).isTrue();
        assertThat(name.allowed(List.of("ghcr.io/astro/tool", "ghcr.io/ast/*", "astro/*", "ghcr.io/astro")))
                .isFalse();
        assertThat(name.allowed(List.of())).isFalse();
    }
}
