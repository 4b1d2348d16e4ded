package org.planisphere.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormatTest {
    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json|JSON",
                "application/json; charset=utf-8|JSON",
                "Application/JSON;charset=\"UTF-8\"|JSON",
                "application/problem+json|JSON",
                "application/xml|XML",
                "text/xml|XML",
                "application/yaml|YAML",
                "application/x-yaml|YAML",
                "text/yaml|YAML"
            })
    void knowsTheMediaTypesOfTheContract(String contentType, Format format) {
        assertThat(Format.ofMediaType(contentType)).contains(format);
    }

    @ParameterizedTest(name = "of ''{0}''")
    @ValueSource(strings = {"", "text/plain", "application/json; charset=utf-16", "json", ";", "image/svg+xml"})
    void knowsNoOther(String contentType) {
        assertThat(Format.ofMediaType(contentType)).isEmpty();
    }

    @Test
    void knowsNoFormatOfAnUnnamedBody() {
        assertThat(Format.ofMediaType(null)).isEmpty();
    }

    @ParameterizedTest(name = "{0} gives {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "*/*|JSON",
                "application/*|JSON",
                "application/xml|XML",
                "text/yaml|YAML",
                "application/xml;q=0.5, application/yaml;q=0.9|YAML",
                "application/xml, application/json|XML",
                "application/json, application/xml|JSON",
                "application/xml, */*|XML",
                "*/*, application/json;q=0|XML",
                "application/*;q=0.8, application/json;q=0.1|XML",
                "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8|XML",
                "application/problem+json|JSON",
                "application/xml;q=nonsense, application/yaml|YAML"
            })
    void answersInTheFormatTheCallerLikesBest(String accept, Format format) { // RFC 9110, 12.5.1
        assertThat(Format.negotiate(accept)).contains(format);
    }

    @Test
    void answersInJsonWhoNamesNone() {
        assertThat(Format.negotiate(null)).contains(Format.JSON);
        assertThat(Format.negotiate("  ")).contains(Format.JSON);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"text/html", "image/*", "application/json;q=0", "garbage", ",,;", "*/*;q=0"})
    void findsNoneForWhoTakesNone(String accept) {
        assertThat(Format.negotiate(accept)).isEmpty();
    }

    @Test
    void tellsProblemsInJsonToReadersOfYaml() { // RFC 9457 registers JSON and XML only
        assertThat(Format.YAML.ofProblems()).isEqualTo(Format.JSON);
        assertThat(Format.YAML.problemMediaType()).isEqualTo("application/problem+json");
        assertThat(Format.XML.problemMediaType()).isEqualTo("application/problem+xml");
    }
}
