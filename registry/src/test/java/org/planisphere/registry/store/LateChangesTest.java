package org.planisphere.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LateChangesTest {
    private static final Records.Extract EXTRACT =
            new Records.Extract("ivo://a.example/r", "vr:Service", "active", "unknown", "", 1);

    private static List<Records.Extract> some(int count) {
        return Collections.nCopies(count, EXTRACT);
    }

    @Test
    void aChangeIsToldOnceAndThoseBeforeItNeverAgain() {
        LateChanges late = new LateChanges();
        late.add(4, some(1));
        late.add(5, some(2));
        late.add(6, List.of());

        assertThat(late.take(5)).contains(some(2));
        assertThat(late.take(5)).isEmpty();
        assertThat(late.take(4)).isEmpty();
        assertThat(late.take(6)).contains(List.of());
        assertThat(late.take(7)).isEmpty();
    }

    @Test
    void theEarliestAreForgottenWhenThereAreTooMany() {
        LateChanges late = new LateChanges();
        for (int revision = 1; revision <= 10; revision++) {
            late.add(revision, some(500));
        }
        assertThat(late.take(4)).isEmpty();
        assertThat(late.take(5)).contains(some(500));
        late.add(11, some(100_000));
        assertThat(late.take(11)).as("more than is kept at all").isEmpty();
        late.add(12, some(1));
        assertThat(late.take(12)).contains(some(1));
    }
}
