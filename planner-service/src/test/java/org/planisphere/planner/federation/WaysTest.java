package org.planisphere.planner.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.wire.Connector;
import org.planisphere.wire.ExecutionSession;

class WaysTest {
    private static final String KINDS = "https://www.purl.org/planisphere/kinds/connector/";

    @Test
    void anOpenWayIsToldOnAsItIs() {
        assertThat(Ways.into(session(connector("notebook", "AVAILABLE", "https://leiden.example:8888/lab?token=x"))))
                .containsExactly(new LiveConnector("notebook", "HTTPS", "https://leiden.example:8888/lab?token=x", 0));
    }

    @Test
    void whatIsClosedOrReadThroughThisPlannerIsNot() {
        assertThat(Ways.into(session(
                        connector("port", "PREPARING", "tcp://leiden.example:1"),
                        connector("port", "FINISHED", "tcp://leiden.example:1"),
                        connector("stdout", "AVAILABLE", "https://leiden.example/planner/sessions/1/stdout"),
                        connector("results", "AVAILABLE", "https://leiden.example/planner/sessions/1/results"))))
                .isEmpty();
        assertThat(Ways.into(new ExecutionSession())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "file:///etc/passwd",
                "https://user:secret@leiden.example/",
                "leiden.example",
                "https:///no-host",
                "not an address"
            })
    void noOtherSortOfAddressIsToldOn(String location) {
        assertThat(Ways.into(session(connector("port", "AVAILABLE", location)))).isEmpty();
    }

    @Test
    void noMoreThanAFewAre() {
        Connector[] many = new Connector[500];
        java.util.Arrays.fill(many, connector("port", "AVAILABLE", "tcp://leiden.example:1"));
        assertThat(Ways.into(session(many))).hasSize(20);
    }

    private static ExecutionSession session(Connector... connectors) {
        ExecutionSession session = new ExecutionSession();
        session.connectors = List.of(connectors);
        return session;
    }

    private static Connector connector(String name, String status, @Nullable String location) {
        Connector connector = new Connector();
        connector.kind = KINDS + name;
        connector.status = status;
        connector.location = location;
        return connector;
    }
}
