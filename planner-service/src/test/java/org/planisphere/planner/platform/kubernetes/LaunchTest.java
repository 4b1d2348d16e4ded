package org.planisphere.planner.platform.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

class LaunchTest {
    /** The cluster replaces what looks like one of its variables; nothing that a task says may look so. */
    @Property(tries = 2000)
    void whatATaskSaysReachesItUnchanged(
            @ForAll @StringLength(max = 12) @Chars({'$', '(', ')', 'A'}) @CharRange(from = 'a', to = 'b') String text) {
        assertThat(PodmanNode.expand(Launch.literal(text), Map.of("A", "replaced", "a", "replaced", "b", "replaced")))
                .isEqualTo(text);
    }
}
