package org.planisphere.planner.staging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.foundation.http.HttpRules;

/** Replicas at servers on this machine, one of which has lost it. */
class SkaoSourceTest extends SourceContract {
    private TinyServer server;
    private byte[] content = new byte[0];

    @BeforeEach
    void begin() throws IOException {
        server = new TinyServer((request, out) -> {
            boolean here = request.target().equals("/here");
            TinyServer.send(out, here ? "200 OK" : "404 Not Found", "", here ? content : new byte[0]);
        });
    }

    @AfterEach
    void end() throws IOException {
        server.close();
    }

    @Override
    protected Source source() {
        GuardedHttp http = new GuardedHttp(HttpRules.of(List.of(server.authority()), 1 << 20, Duration.ofSeconds(20)));
        return new SkaoSource(List.of(new HttpSource(http, Depot.plain())));
    }

    private static Address replicas(Map<String, Object> more, String... urls) {
        List<Map<String, Object>> replicas = new java.util.ArrayList<>();
        for (String url : urls) {
            replicas.add(Map.of("rsename", "X", "dataurl", url));
        }
        Map<String, Object> skao = new java.util.HashMap<>(more);
        skao.put("replicas", replicas);
        return new Address("skao", "skao:testing:e", Map.of("skao", skao), Optional.empty());
    }

    @Override
    protected Address at(byte[] bytes) {
        content = bytes;
        return replicas(
                Map.of("datasize", (long) bytes.length),
                "root://elsewhere.example.org/e",
                server.url("/lost"),
                server.url("/here"));
    }

    @Override
    protected Address nothing() {
        return replicas(Map.of(), server.url("/lost"));
    }

    @Test
    void saysNoWhereNoReplicaCanBeRead() {
        assertThat(source().examine(replicas(Map.of(), "root://elsewhere.example.org/e", "file:///etc/passwd")))
                .isPresent();
        assertThat(source().examine(replicas(Map.of()))).isPresent();
    }

    @Test
    void tellsWhichReplicaCouldNotBeHad() throws Exception {
        source().fetch(at(new byte[] {1}), target.resolve("x"), room(10));
        assertThat(told).singleElement().asString().contains("/lost").contains("404");
    }
}
