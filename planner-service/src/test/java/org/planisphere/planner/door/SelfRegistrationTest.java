package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class SelfRegistrationTest {
    @Test
    void triesUntilTheRegistryTakesItAndTellsItAgain() throws Exception {
        List<String> calls = new CopyOnWriteArrayList<>();
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/registry/register", call -> {
            calls.add(call.getRequestHeaders().getFirst("Authorization") + " "
                    + new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            call.sendResponseHeaders(calls.size() < 3 ? 503 : 200, -1);
            call.close();
        });
        registry.start();
        URI address = URI.create("http://127.0.0.1:" + registry.getAddress().getPort() + "/registry/");
        try (SelfRegistration registration = new SelfRegistration(
                URI.create("http://p.example/planner"), "A \"planner\"", "secret", Duration.ofMillis(50))) {
            registration.begin(List.of(address));
            await().atMost(Duration.ofSeconds(20)).until(() -> calls.size() >= 5);
        } finally {
            registry.stop(0);
        }
        assertThat(calls)
                .allMatch(
                        call -> call.equals(
                                "Bearer secret {\"capabilitiesUrl\":\"http://p.example/planner/capabilities\","
                                        + "\"title\":\"A \\\"planner\\\"\",\"referenceUrl\":\"http://p.example/planner/tryit\"}"));
    }
}
