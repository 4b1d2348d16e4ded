package org.planisphere.planner.offer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.ledger.Resource;

class RefusalsTest {
    @Test
    void everyCodeIsExplained() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "problems.md"));
        List<String> codes = new ArrayList<>(Refusals.CODES);
        codes.addAll(Refusals.NOTES);
        codes.addAll(PolicyWords.CODES);
        codes.addAll(PolicyWords.NOTES);
        assertThat(codes)
                .doesNotHaveDuplicates()
                .allSatisfy(code -> assertThat(page).contains("| `" + code + "` |"));
    }

    @Test
    void memoryAndStorageAreCountedInGibibytes() {
        assertThat(Refusals.count(Resource.MEMORY, 1536)).isEqualTo("1.5");
        assertThat(Refusals.count(Resource.STORAGE, 102_400)).isEqualTo("100");
        assertThat(Refusals.count(Resource.CORES, 1536)).isEqualTo("1536");
        assertThat(Refusals.count(Resource.MEMORY, 1)).isEqualTo("0.001");
    }
}
