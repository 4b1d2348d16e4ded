package org.planisphere.planner.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.codec.Json;

class CodeMetaTest {
    private static final KindBases KINDS = KindBases.withAliases(List.of());

    private static Map<String, Object> document(String json) throws Exception {
        return Json.mapper().readValue(json, new TypeReference<Map<String, Object>>() {});
    }

    private static Optional<ExecutionRequest> request(String json) throws Exception {
        return CodeMeta.request(document(json), KINDS);
    }

    @Test
    void aRepositoryWithNotebooksIsRunByWhatItsOwnEnvironmentDescribes() throws Exception {
        ExecutionRequest request = request("""
                {"@context": "https://doi.org/10.5063/schema/codemeta-2.0", "@type": "SoftwareSourceCode",
                 "name": "Gammapy tutorial: 3D analysis", "description": "How to.",
                 "codeRepository": "git+https://gitlab.example.org/escape/tutorial.git",
                 "programmingLanguage": [{"@type": "ComputerLanguage", "name": "Python"}],
                 "runtimePlatform": "Jupyter", "memoryRequirements": "1500 MB", "processorRequirements": "4 cores"}""").orElseThrow();
        assertThat(request.executable.kind).isEqualTo(KindBases.OURS + "executable/binder-notebook");
        assertThat(request.executable.repository.url).isEqualTo("https://gitlab.example.org/escape/tutorial.git");
        assertThat(request.executable.meta.name).isEqualTo("Gammapy-tutorial-3D-analysis");
        assertThat(request.compute.kind).isEqualTo(KindBases.STANDARD + "compute/simple-compute-resource.yaml");
        assertThat(request.compute.cores.min).isEqualTo(4);
        assertThat(request.compute.memory.min).isEqualTo(2);
    }

    @Test
    void aSingleFileIsRunAsWhatItIs() throws Exception {
        assertThat(request(
                                "{\"codeRepository\": \"https://x.example/r\", \"downloadUrl\": \"https://x.example/a.ipynb\"}")
                        .orElseThrow()
                        .executable
                        .kind)
                .isEqualTo(KindBases.STANDARD + "executable/jupyter-notebook.yaml");
        assertThat(request("{\"@context\": \"codemeta\", \"downloadUrl\": \"https://x.example/a.py\"}")
                        .orElseThrow()
                        .executable
                        .location)
                .isEqualTo("https://x.example/a.py");
    }

    @Test
    void aLanguageNobodyRunsIsNoTask() throws Exception {
        assertThat(request("{\"codeRepository\": \"https://x.example/r\", \"programmingLanguage\": \"IDL\"}"))
                .isEmpty();
        assertThat(request("{\"name\": \"words only\"}")).isEmpty();
    }

    @Test
    void valuesOfUnexpectedShapesAreSteppedOver() throws Exception {
        ExecutionRequest request = request("""
                {"codeRepository": {"@id": "https://x.example/r"}, "programmingLanguage": [["Python"], {}, null, 3],
                 "name": ["", {"@value": "../..;`rm`"}], "description": null, "memoryRequirements": "much",
                 "processorRequirements": "x86_64"}""").orElseThrow();
        assertThat(request.executable.meta.name).isEqualTo("..-..-rm");
        assertThat(request.executable.meta.description).isNull();
        assertThat(request.compute).isNull();
    }

    @Test
    void itIsToldFromATaskByItsContext() throws Exception {
        assertThat(CodeMeta.is(document("{\"@context\": \"https://w3id.org/codemeta/3.0\"}")))
                .isTrue();
        assertThat(CodeMeta.is(document("{\"executable\": {\"kind\": \"x\"}}"))).isFalse();
        assertThat(CodeMeta.is(document("{}"))).isFalse();
    }
}
