package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.wire.RegistryList;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;
import org.planisphere.wire.codec.Json;

class DoorsTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static RegistryServer server;

    @BeforeAll
    static void begin() {
        server = new RegistryServer(DatabaseKind.H2, 100);
        server.fixture.web.planner("http://a.example/planner").planner("http://b.example/planner");
    }

    @AfterAll
    static void end() {
        server.close();
    }

    private static HttpResponse<String> call(String method, String path, String token, String type, String body)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.base() + path))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (!body.isEmpty()) {
            request.header("Content-Type", type);
        } else if (!type.isEmpty()) {
            request.header("Accept", type);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String path, String accept) throws Exception {
        return call("GET", path, "", accept, "");
    }

    @Test
    void registersAndFindsInTheThreeFormats() throws Exception {
        String body = "{\"capabilitiesUrl\":\"http://a.example/planner/capabilities\",\"title\":\"Plan <b>A</b>\"}";
        assertThat(call("POST", "/register", "", "application/json", body).statusCode())
                .isEqualTo(401);
        assertThat(call("POST", "/register", "wrong", "application/json", body).statusCode())
                .isEqualTo(401);
        assertThat(call("POST", "/register", "somebody", "application/json", body)
                        .statusCode())
                .isEqualTo(403);
        HttpResponse<String> done = call("POST", "/register", "publisher", "application/json", body);
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
        assertThat(done.headers().firstValue("Location"))
                .hasValue(server.base() + "/records/example.planner/planner/a.example");
        assertThat(call(
                                "POST",
                                "/register",
                                "publisher",
                                "application/yaml",
                                "capabilitiesUrl: http://b.example/planner/capabilities\n")
                        .statusCode())
                .isEqualTo(200);
        assertThat(call(
                                "POST",
                                "/register",
                                "publisher",
                                "application/xml",
                                "<register><capabilitiesUrl>http://b.example/planner/capabilities</capabilitiesUrl></register>")
                        .statusCode())
                .isEqualTo(200);

        String query = "/search?standardID=ivo%3A%2F%2FIVOA.net%2Fstd%2FExecutionBroker&limit=1";
        for (Format format : Format.values()) {
            HttpResponse<String> page =
                    get(query, "application/" + format.name().toLowerCase(java.util.Locale.ROOT));
            assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
            RegistryList list = Codecs.read(page.body().getBytes(), format, RegistryList.class);
            assertThat(list.items).hasSize(1);
            assertThat(list.items.get(0).identifier).isEqualTo("ivo://example.planner/planner/a.example");
            assertThat(list.items.get(0).title).isEqualTo("Plan <b>A</b>");
            assertThat(list.items.get(0).capabilities.get(2).interfaces.get(1).securityMethod)
                    .isEqualTo("ivo://ivoa.net/sso#OpenID");
            assertThat(page.headers().firstValue("Link")).hasValue("<" + list.next + ">; rel=\"next\"");
            HttpResponse<String> next =
                    get(list.next.substring(server.base().toString().length()), "*/*");
            assertThat(Json.mapper()
                            .readTree(next.body())
                            .at("/items/0/identifier")
                            .asText())
                    .isEqualTo("ivo://example.planner/planner/b.example");
            assertThat(Json.mapper().readTree(next.body()).has("next")).isFalse();
        }
        String pageOfAll = get("/?q=plan", "text/html").body();
        assertThat(pageOfAll).contains("Plan &lt;b&gt;A&lt;/b&gt;").doesNotContain("<b>A");
        HttpResponse<String> one = get("/record/example.planner/planner/a.example", "text/html");
        assertThat(one.statusCode()).isEqualTo(200);
        assertThat(one.body())
                .contains("href=\"http://a.example/planner/tryit\"")
                .doesNotContain("<b>A");
    }

    @Test
    void recordsAreWrittenReadAndDeleted() throws Exception {
        String xml = Fixture.record("ivo://example.planner/things/One", "One");
        assertThat(call("PUT", "/records/example.planner/things/Two", "publisher", "application/xml", xml)
                        .statusCode())
                .isEqualTo(400);
        HttpResponse<String> made = call("POST", "/records", "publisher", "application/xml", xml);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(call("PUT", "/records/ivo://example.planner/things/One", "publisher", "application/xml", xml)
                        .statusCode())
                .isEqualTo(200);
        assertThat(get("/records/example.planner/THINGS/one", "application/xml").body())
                .contains("xsi:type=\"vr:Service\"");
        assertThat(get("/records/example.planner/things/One", "application/json")
                        .body())
                .contains("\"title\":\"One\"");
        assertThat(call("DELETE", "/records/example.planner/things/One", "", "", "")
                        .statusCode())
                .isEqualTo(401);
        assertThat(call("DELETE", "/records/example.planner/things/One", "publisher", "", "")
                        .statusCode())
                .isEqualTo(204);
        assertThat(get("/records/example.planner/things/One", "application/xml").body())
                .contains("status=\"deleted\"");
        assertThat(get("/records/example.planner/things/None", "application/xml")
                        .statusCode())
                .isEqualTo(404);
        assertThat(get("/records/no", "application/xml").statusCode()).isEqualTo(404);
    }

    @Test
    void everySortOfProblemHasItsPage() throws Exception {
        for (ProblemType type : ProblemType.values()) {
            HttpResponse<String> page = get("/problems/" + type.slug(), "text/plain");
            assertThat(page.statusCode()).as(type.slug()).isEqualTo(200);
            assertThat(page.body()).startsWith(type.slug() + "\n" + type.status());
        }
        assertThat(get("/problems/nonsense", "*/*").statusCode()).isEqualTo(404);
    }

    @Test
    void badQuestionsAreToldApart() throws Exception {
        assertThat(get("/search?limit=none", "application/json").statusCode()).isEqualTo(400);
        assertThat(get("/search?limit=0", "application/json").statusCode()).isEqualTo(400);
        assertThat(get("/search?availability=maybe", "application/json").statusCode())
                .isEqualTo(400);
        assertThat(get("/search?q=" + "x".repeat(1001), "application/json").statusCode())
                .isEqualTo(400);
        assertThat(get("/search?q=%00", "application/json").statusCode()).isEqualTo(400);
        assertThat(get("/search?q=%27%20OR%201%3D1%20--", "application/json").statusCode())
                .isEqualTo(200);
        assertThat(call("POST", "/register", "publisher", "application/json", "{}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(call("POST", "/records", "publisher", "application/xml", "<a>".repeat(1000))
                        .statusCode())
                .isEqualTo(400);
        assertThat(call(
                                "POST",
                                "/records",
                                "publisher",
                                "application/xml",
                                "<a>" + "x".repeat(org.planisphere.registry.publish.Registry.LONGEST) + "</a>")
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void showsWhatIsHarvestedAndEscapesWhatItCannotTrust() throws Exception {
        new org.planisphere.registry.harvest.Harvester(
                        server.fixture.registry.records(),
                        (address, most) -> {
                            throw new java.io.IOException("<script>alert(1)</script>");
                        },
                        Fixture.harvesting(
                                org.planisphere.registry.resource.Schemas.NONE,
                                org.planisphere.registry.harvest.Limits.USUAL),
                        server.fixture.clock)
                .harvest(URI.create("http://source.example/oai"));
        assertThat(get("/harvest", "text/html").body())
                .contains("http://source.example/oai")
                .contains("&lt;script&gt;", "<td>failed</td>")
                .doesNotContain("harvesting everything")
                .doesNotContain("<script");
    }

    @Test
    void saysWhatItCanDoAndThatItIsThere() throws Exception {
        assertThat(get("/availability", "*/*").body()).contains("<vosi:available>true</vosi:available>");
        assertThat(get("/capabilities", "*/*").body())
                .contains("xsi:type=\"vg:Harvest\"")
                .contains(server.base() + "/oai")
                .doesNotContain("securityMethod");
    }
}
