package org.planisphere.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RegistryClientTest {
    private TestServer server;
    private RegistryClient registry;

    @BeforeEach
    void begin() throws Exception {
        server = new TestServer();
        registry = RegistryClient.at(server.base());
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void findsPlannersOnEveryPage() {
        server.on(
                "GET /search",
                (call, seen) -> TestServer.send(
                        call, 200, "application/json", seen.target().contains("after=1") ? """
                          {"items":[{"identifier":"ivo://b/planner","title":"B","capabilities":[
                            {"standardID":"ivo://planisphere.local/std/ExecutionBroker#1.0","interfaces":[{"accessURL":"http://b/planner"}]}]}]}""" : """
                          {"items":[{"identifier":"ivo://a/planner","title":"A","description":"first","capabilities":[
                            {"standardID":"ivo://ivoa.net/std/VOSI#availability","interfaces":[{"accessURL":"http://a/planner/availability"}]},
                            {"standardID":"ivo://planisphere.local/std/ExecutionBroker","interfaces":[{"accessURL":"http://a/planner"},{"accessURL":"not an address"}]}]}],
                           "next":"/planner/search?after=1"}"""));

        List<RegistryClient.Entry> planners = registry.planners().stream().toList();

        assertThat(planners).extracting(RegistryClient.Entry::title).containsExactly("A", "B");
        assertThat(planners)
                .flatExtracting(entry -> entry.accessUrls(RegistryClient.EXECUTION_BROKER))
                .containsExactly(URI.create("http://a/planner"), URI.create("http://b/planner"));
        assertThat(server.seen.get(0).target())
                .isEqualTo("/search?standardID=ivo%3A%2F%2Fplanisphere.local%2Fstd%2FExecutionBroker");
    }

    @Test
    void searchesWords() {
        server.json("GET /search", 200, "{\"items\":[]}");

        assertThat(registry.search(null, "stars & more")).isEmpty();
        assertThat(server.seen.get(0).target()).isEqualTo("/search?q=stars+%26+more");
    }

    @Test
    void saysWhenTheAnswerIsNone() {
        server.json("GET /search", 200, "[]");
        assertThatThrownBy(() -> registry.planners().stream().toList()).isInstanceOf(BadAnswer.class);
    }
}
