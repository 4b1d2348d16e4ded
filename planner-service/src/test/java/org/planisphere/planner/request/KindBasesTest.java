package org.planisphere.planner.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.planner.task.Kind;

class KindBasesTest {
    private static final String OLDER = "https://www.purl.org/ivoa.net/EB/schema/v1.0/kinds/";
    private final KindBases bases = KindBases.withAliases(List.of(OLDER, "http://example.org/kinds"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                KindBases.STANDARD + "executable/jupyter-notebook.yaml",
                KindBases.STANDARD + "executable/jupyter-notebook",
                OLDER + "executable/jupyter-notebook.yaml",
                "http://example.org/kinds/executable/jupyter-notebook",
                "HTTPS://WWW.Purl.Org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/executable/jupyter-notebook.yaml"
            })
    void knowsAKindInEverySpellingOfItsBase(String uri) {
        assertThat(bases.kind(uri)).contains(Kind.JUPYTER_NOTEBOOK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "jupyter-notebook",
                KindBases.STANDARD,
                KindBases.STANDARD + "executable/",
                KindBases.STANDARD + "executable/Jupyter-Notebook.yaml",
                KindBases.STANDARD + "executable/jupyter-notebook.yaml.yaml",
                KindBases.STANDARD + "executable/jupyter-notebook/",
                KindBases.STANDARD + "storage/jupyter-notebook.yaml",
                KindBases.STANDARD + "executable/process",
                KindBases.OURS + "executable/jupyter-notebook",
                "https://example.com/kinds/executable/jupyter-notebook.yaml"
            })
    void doesNotGuess(String uri) {
        assertThat(bases.kind(uri)).isEmpty();
    }

    @Test
    void everyKindIsFoundByItsOwnUri() {
        assertThat(bases.kinds())
                .allSatisfy(
                        kind -> assertThat(bases.kind(bases.uri(kind, OLDER))).contains(kind));
    }

    @Test
    void writesTheStandardsKindsOnTheBaseAskedAndOursOnOurs() {
        assertThat(bases.uri(Kind.SIMPLE_COMPUTE, OLDER)).isEqualTo(OLDER + "compute/simple-compute-resource.yaml");
        assertThat(bases.uri(Kind.PROCESS, OLDER)).isEqualTo(KindBases.OURS + "executable/process");
    }

    @Test
    void tellsTheSpellingOfTheBaseThatWasUsed() {
        assertThat(bases.baseOf(OLDER + "executable/x")).isEqualTo(OLDER);
        assertThat(bases.baseOf("HTTP://Example.Org/kinds/executable/x")).isEqualTo("HTTP://Example.Org/kinds/");
        assertThat(bases.baseOf(KindBases.OURS + "executable/process")).isEqualTo(KindBases.STANDARD);
        assertThat(bases.baseOf("urn:nothing")).isEqualTo(KindBases.STANDARD);
    }

    @Test
    void refusesBasesThatCannotBeToldApart() {
        assertThatThrownBy(() -> KindBases.withAliases(List.of(KindBases.OURS + "executable/")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be told apart");
        assertThatThrownBy(() -> KindBases.withAliases(List.of("kinds/")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("absolute");
        assertThat(KindBases.withAliases(List.of(KindBases.STANDARD)).standard())
                .as("naming the usual base as an alias is harmless")
                .isEqualTo(KindBases.STANDARD);
    }
}
