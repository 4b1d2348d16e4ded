package org.planisphere.planner.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.planisphere.client.RegistryClient;
import org.planisphere.client.TestServer;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Section;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;

/** The planners that a registry lists. */
class RosterTest {
    private static final String BASE = "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/executable/";

    private static String planners(URI one, String kinds) {
        return "{\"items\":[{\"title\":\"One\",\"kinds\":[" + kinds + "],\"capabilities\":[{\"standardID\":\""
                + RegistryClient.EXECUTION_BROKER
                + "#rest-1.0\",\"interfaces\":[{\"type\":\"vs:ParamHTTP\",\"accessURL\":\""
                + one + "\"}]}]}]}";
    }

    @Test
    void aPlannerIsAskedForTheKindsThatTheRegistrySaysItRuns() throws Exception {
        try (TestServer registry = new TestServer()) {
            URI one = URI.create("http://127.0.0.1:1/planner");
            PlatformSettings common = PlatformSettings.of(
                    new Section("platforms[0]", Map.of("id", "others", "engine", "remote")),
                    PlatformSettings.Defaults.USUAL);
            Section own = new Section(
                    "platforms[0].remote",
                    Map.of("registry", Map.of("url", registry.base().toString(), "allow", List.of("127.0.0.1:1"))));
            Roster roster = new Roster(FederationSettings.of(common, own), "us", address -> new Reputation());
            KindRef notebook = KindRef.of(Kind.JUPYTER_NOTEBOOK);
            KindRef process = KindRef.of(Kind.PROCESS);

            registry.json("GET /search", 200, planners(one, ""));
            roster.refresh();
            Peer asked = roster.at(one).orElseThrow();
            assertThat(asked.against(process, Instant.EPOCH))
                    .as("the registry does not know")
                    .isNull();
            roster.refresh();
            assertThat(roster.at(one)).as("nothing has changed").containsSame(asked);

            registry.json("GET /search", 200, planners(one, "\"" + BASE + "jupyter-notebook.yaml\",\"urn:unheard\""));
            roster.refresh();
            Peer told = roster.at(one).orElseThrow();
            assertThat(told.against(notebook, Instant.EPOCH)).isNull();
            assertThat(told.against(process, Instant.EPOCH)).isNotNull();
        }
    }

    @Test
    void aPlannerThatWasHeardLatelyIsNotTouched() throws Exception {
        try (TestServer heard = new TestServer();
                TestServer quiet = new TestServer()) {
            for (TestServer one : List.of(heard, quiet)) {
                one.json("GET /availability", 200, "{}");
            }
            PlatformSettings common = PlatformSettings.of(
                    new Section("platforms[0]", Map.of("id", "others", "engine", "remote")),
                    PlatformSettings.Defaults.USUAL);
            Section own = new Section(
                    "platforms[0].remote",
                    Map.of(
                            "warm",
                            "1h",
                            "planners",
                            List.of(
                                    Map.of("name", "heard", "url", heard.base().toString()),
                                    Map.of("name", "quiet", "url", quiet.base().toString()))));
            Roster roster = new Roster(FederationSettings.of(common, own), "us", address -> new Reputation());
            Peer peer = roster.at(heard.base()).orElseThrow();
            assertThat(peer.begin(Instant.EPOCH)).isEqualTo(Peer.Gate.FREE);
            peer.end(true, Instant.EPOCH);

            roster.warm();
            await().untilAsserted(() -> assertThat(quiet.seen).isNotEmpty());
            assertThat(heard.seen).isEmpty();

            peer.begin(Instant.EPOCH);
            peer.end(false, Instant.EPOCH);
            roster.warm();
            await().untilAsserted(() -> assertThat(heard.seen).isNotEmpty());
        }
    }
}
