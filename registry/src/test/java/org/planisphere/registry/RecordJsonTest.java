package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.resource.RecordJson;
import org.planisphere.registry.resource.Schemas;
import org.planisphere.registry.resource.Xml;
import org.planisphere.wire.codec.Json;
import org.planisphere.wire.codec.MalformedDocument;

/** Records as JSON. */
class RecordJsonTest {
    private static final Path DATA =
            Path.of(System.getProperty("planisphere.data", "../../shared/data")).toAbsolutePath();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    /** Members in an order that VOResource does not have. */
    private static final String RECORD = """
            {"content": {"referenceURL": "https://example.org/", "description": "About it.",
                         "subject": ["execution", "virtual-observatories"]},
             "capability": [{"@standardID": "ivo://ivoa.net/std/ExecutionBroker#rest-1.0",
                "interface": {"@xsi:type": "vs:ParamHTTP", "@role": "std",
                              "accessURL": {"@use": "base", "#": "http://a.example/<planner>&x"}}}],
             "curation": {"contact": {"email": "a@b.example", "name": "Operations"}, "publisher": "Example"},
             "identifier": "ivo://example.planner/json/One", "title": "Written as JSON",
             "@xsi:type": "vr:Service", "@status": "active",
             "@created": "2026-01-10T09:00:00Z", "@updated": "2026-01-12T16:30:05Z"}
            """;

    @Test
    void isTheSameRecordAsXml() throws Exception {
        assertThat(Xml.write(RecordJson.read(RECORD.getBytes(StandardCharsets.UTF_8))))
                .contains("xsi:type=\"vr:Service\"")
                .contains("<title>Written as JSON</title><identifier>ivo://example.planner/json/One</identifier>"
                        + "<curation><publisher>Example</publisher><contact><name>Operations</name>"
                        + "<email>a@b.example</email></contact></curation><content>"
                        + "<subject>execution</subject><subject>virtual-observatories</subject>"
                        + "<description>About it.</description><referenceURL>https://example.org/</referenceURL>"
                        + "</content><capability standardID=\"ivo://ivoa.net/std/ExecutionBroker#rest-1.0\">"
                        + "<interface role=\"std\" xsi:type=\"vs:ParamHTTP\"><accessURL use=\"base\">"
                        + "http://a.example/&lt;planner&gt;&amp;x</accessURL></interface></capability>");
    }

    @Test
    void realRecordsComeBackAsTheyWere() throws Exception {
        assumeTrue(Files.isDirectory(DATA.resolve("vo-records")), "no real records in " + DATA);
        Schemas schemas = Schemas.of(DATA.resolve("xsd"));
        int read = 0;
        for (String folder : new String[] {"vo-records-proposed", "vo-records/standards-rofr"}) {
            try (Stream<Path> files = Files.list(DATA.resolve(folder))) {
                for (Path file : files.filter(name -> name.toString().endsWith(".xml"))
                        .sorted()
                        .toList()) {
                    String xml = Xml.write(Xml.parse(Files.readAllBytes(file)).getDocumentElement());
                    String json = RecordJson.write(
                            Xml.parse(xml.getBytes(StandardCharsets.UTF_8)).getDocumentElement());
                    var again = RecordJson.read(json.getBytes(StandardCharsets.UTF_8));
                    assertThat(RecordJson.write(again)).as(file.toString()).isEqualTo(json);
                    assertThat(schemas.faults(again)).as(file.toString()).isEmpty();
                    assertThat(Xml.write(again).length()).as(file.toString()).isEqualTo(xml.length());
                    read++;
                }
            }
        }
        assertThat(read).isGreaterThan(8);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            [] | A record is an object.
            {"title": | No JSON: line 1
            {"title": "a", "title": "b"} | Duplicate
            {"title": "a"} {} | No JSON: line 1
            {"title": null} | /title: Expected a text
            {"@created": {"x": 1}} | /@created: Expected a text
            {"no name": "x"} | /no name: Not the name of an element
            {"evil:title": "x"} | /evil:title: Not the name of an element
            {"@xmlns": "x"} | /@xmlns: Not the name of an attribute
            {"@xmlns:vr": "x"} | /@xmlns:vr: Not the name of an attribute
            {"a": [{"b": [null]}]} | /a/0/b/0: Expected a text
            {"a/b": "x"} | /a~1b: Not the name of an element
            """)
    void whatIsNoRecordIsToldWithItsPlace(String json, String told) {
        assertThat(catchThrowableOfType(
                        MalformedDocument.class, () -> RecordJson.read(json.getBytes(StandardCharsets.UTF_8))))
                .hasMessageContaining(told);
    }

    @Test
    void deepJsonIsRefused() {
        String json = "{\"a\":".repeat(5000) + "1" + "}".repeat(5000);
        assertThat(catchThrowableOfType(
                        MalformedDocument.class, () -> RecordJson.read(json.getBytes(StandardCharsets.UTF_8))))
                .isNotNull();
    }

    @Test
    void isWrittenReadChangedAndDeletedOverHttp() throws Exception {
        try (RegistryServer server = new RegistryServer(DatabaseKind.H2, 100)) {
            assertThat(send(server, "POST", "/records", "", RECORD).statusCode())
                    .isEqualTo(401);
            assertThat(send(server, "POST", "/records", "", "no JSON").statusCode())
                    .isEqualTo(401);
            assertThat(send(server, "POST", "/records", "somebody", RECORD).statusCode())
                    .isEqualTo(403);
            HttpResponse<String> made = send(server, "POST", "/records", "publisher", RECORD);
            assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
            String at = "/records/example.planner/json/One";

            HttpResponse<String> whole = get(server, at, "application/vnd.planisphere.record+json");
            assertThat(whole.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("application/vnd.planisphere.record+json"));
            assertThat(Json.mapper()
                            .readTree(whole.body())
                            .at("/capability/interface/accessURL/#")
                            .asText())
                    .isEqualTo("http://a.example/<planner>&x");
            String changed = whole.body().replace("Written as JSON", "Changed");
            assertThat(send(server, "PUT", at, "publisher", changed).statusCode())
                    .isEqualTo(200);
            assertThat(get(server, at, "application/xml").body()).contains("<title>Changed</title>");
            assertThat(get(server, at, "application/json").body()).contains("\"title\":\"Changed\"");
            assertThat(send(server, "PUT", "/records/example.planner/other", "publisher", changed)
                            .statusCode())
                    .isEqualTo(400);
            HttpResponse<String> poor = send(
                    server, "POST", "/records", "publisher", RECORD.replace("\"name\": \"Operations\"", "\"x\": 1"));
            assertThat(poor.statusCode()).isEqualTo(400);
            assertThat(Json.mapper()
                            .readTree(poor.body())
                            .at("/errors/0/pointer")
                            .asText())
                    .isEqualTo("/curation/contact/name");
            assertThat(send(server, "DELETE", at, "publisher", "").statusCode()).isEqualTo(204);
            assertThat(get(server, at, "application/vnd.planisphere.record+json")
                            .body())
                    .contains("\"@status\" : \"deleted\"");
        }
    }

    private static HttpResponse<String> send(
            RegistryServer server, String method, String path, String token, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.base() + path))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(RegistryServer server, String path, String accept) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(server.base() + path))
                        .header("Accept", accept)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
