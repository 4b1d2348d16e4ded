package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Xml;
import org.w3c.dom.Element;

/** OAI-PMH 2.0 and Registry Interfaces 1.1, section 2. */
class OaiTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern TOKEN =
            Pattern.compile("<oai:resumptionToken expirationDate=\"([^\"]+)\" cursor=\"[0-9]+\">([^<]+)<");
    private RegistryServer server;

    @BeforeEach
    void begin() {
        server = new RegistryServer(DatabaseKind.H2, 5);
    }

    @AfterEach
    void end() {
        server.close();
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String get(RegistryServer server, String query) throws Exception {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(server.base() + "/oai?" + query)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/xml");
        Element root = Xml.parse(answer.body().getBytes(StandardCharsets.UTF_8)).getDocumentElement();
        assertThat(Xml.text(root, "responseDate")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(Xml.text(root, "request")).isEqualTo(server.base() + "/oai");
        return answer.body();
    }

    private String get(String query) throws Exception {
        return get(server, query);
    }

    private static void publish(RegistryServer server, String name, String title) throws Exception {
        server.fixture.registry.publish(
                Fixture.record("ivo://example.planner/" + name, title).getBytes(StandardCharsets.UTF_8),
                null,
                Fixture.PUBLISHER);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "'',badVerb",
        "verb=Nonsense,badVerb",
        "verb=Identify&verb=Identify,badVerb",
        "verb=Identify&x=1,badArgument",
        "verb=GetRecord,badArgument",
        "verb=GetRecord&metadataPrefix=ivo_vor,badArgument",
        "verb=GetRecord&metadataPrefix=ivo_vor&identifier=ivo://example.planner/none,idDoesNotExist",
        "verb=GetRecord&metadataPrefix=ivo_vor&identifier=%22%3E%3Cx,idDoesNotExist",
        "verb=GetRecord&metadataPrefix=marc&identifier=ivo://example.planner/registry,cannotDisseminateFormat",
        "verb=ListMetadataFormats&identifier=none,idDoesNotExist",
        "verb=ListSets&resumptionToken=x,badResumptionToken",
        "verb=ListRecords,badArgument",
        "verb=ListRecords&metadataPrefix=marc,cannotDisseminateFormat",
        "verb=ListRecords&metadataPrefix=ivo_vor&metadataPrefix=ivo_vor,badArgument",
        "verb=ListRecords&metadataPrefix=ivo_vor&set=nobody,noRecordsMatch",
        "verb=ListRecords&metadataPrefix=ivo_vor&from=2000-13-01,badArgument",
        "verb=ListRecords&metadataPrefix=ivo_vor&from=yesterday,badArgument",
        "verb=ListRecords&metadataPrefix=ivo_vor&from=2000-01-01&until=2000-01-02T00:00:00Z,badArgument",
        "verb=ListRecords&metadataPrefix=ivo_vor&from=2001-01-01&until=2000-01-01,badArgument",
        "verb=ListRecords&metadataPrefix=ivo_vor&until=2000-01-01,noRecordsMatch",
        "verb=ListRecords&resumptionToken=junk,badResumptionToken",
        "verb=ListRecords&resumptionToken=%00,badArgument",
        "verb=ListRecords&resumptionToken=a&metadataPrefix=ivo_vor,badArgument",
    })
    void whatIsWrongIsToldInTheProtocolsWay(String query, String code) throws Exception {
        String answer = get(query);
        assertThat(answer).contains("<oai:error code=\"" + code + "\">");
        if (code.equals("badVerb") || code.equals("badArgument")) {
            assertThat(answer).contains("<oai:request>");
        }
    }

    @Test
    void saysWhoItIsWithItsOwnRecord() throws Exception {
        String answer = get("verb=Identify");
        assertThat(answer)
                .contains("<oai:deletedRecord>persistent</oai:deletedRecord>")
                .contains("<oai:granularity>YYYY-MM-DDThh:mm:ssZ</oai:granularity>")
                .contains("<oai:earliestDatestamp>2026-11-21T06:00:00Z</oai:earliestDatestamp>")
                .contains("xsi:type=\"vg:Registry\"")
                .contains("<managedAuthority>example.planner</managedAuthority>");
        assertThat(get("verb=ListSets")).contains("<oai:setSpec>ivo_managed</oai:setSpec>");
        assertThat(get("verb=ListMetadataFormats&identifier=IVO://example.planner/REGISTRY"))
                .contains("ivo_vor")
                .contains("oai_dc");
    }

    @Test
    void answersPostAsItAnswersGet() throws Exception {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(server.base() + "/oai"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "verb=GetRecord&metadataPrefix=oai_dc&identifier=ivo%3A%2F%2Fexample.planner%2Fregistry")));
        assertThat(answer.body())
                .contains("<dc:title>Example registry</dc:title>")
                .contains("identifier=\"ivo://example.planner/registry\"");
        assertThat(send(HttpRequest.newBuilder(URI.create(server.base() + "/oai.xsl")))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void peopleGetAPageAndHarvestersTheProtocol() throws Exception {
        publish(server, "markup", "A &lt;script&gt; -- of others");
        String list = "/oai?verb=ListRecords&metadataPrefix=ivo_vor";
        for (String browser : List.of("text/html", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")) {
            String page = accepting(list, browser);
            assertThat(page)
                    .startsWith("<!DOCTYPE html>")
                    .contains(
                            "<td>A &lt;script&gt; -- of others</td>", "identifier=ivo%3A%2F%2Fexample.planner%2Fmarkup")
                    .doesNotContain("<script");
        }
        for (String harvester :
                List.of("*/*", "text/xml", "application/xml, */*", "text/html, image/gif, image/jpeg, */*; q=.2")) {
            assertThat(accepting(list, harvester))
                    .as(harvester)
                    .startsWith("<?xml ")
                    .contains("/oai.html?verb=");
        }
        assertThat(accepting("/oai.html?verb=Identify", "*/*"))
                .contains("<h1>OAI-PMH: Identify</h1>", "<dt>deletedRecord</dt><dd>persistent</dd>", "vg:Registry");
        assertThat(accepting(
                        "/oai.html?verb=GetRecord&metadataPrefix=ivo_vor&identifier=ivo://example.planner/markup",
                        "*/*"))
                .contains("<pre", "&lt;identifier&gt;ivo://example.planner/markup&lt;/identifier&gt;");
        assertThat(accepting("/oai.html?verb=Wrong", "*/*")).contains("<strong>badVerb</strong>");
        for (int i = 0; i < 110; i++) {
            publish(server, "many" + i, "Many");
        }
        String first = accepting("/oai.html?verb=ListIdentifiers&metadataPrefix=ivo_vor", "*/*");
        String next = first.replaceFirst("(?s).*rel=\"next\" href=\"/registry([^\"]*)\".*", "$1")
                .replace("&amp;", "&");
        assertThat(accepting(next, "*/*")).contains("<h1>OAI-PMH: ListIdentifiers</h1>", "ivo://example.planner/many");
    }

    private String accepting(String path, String accept) throws Exception {
        HttpResponse<String> answer =
                send(HttpRequest.newBuilder(URI.create(server.base() + path)).header("Accept", accept));
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void theRegistryItsAuthorityAndItsStandardAreRecordsOfItsOwn() throws Exception {
        String answer = get("verb=ListRecords&metadataPrefix=ivo_vor&set=ivo_managed");
        assertThat(answer)
                .contains("xsi:type=\"vg:Registry\"")
                .contains("xsi:type=\"vg:Authority\"")
                .contains("xsi:type=\"vstd:Standard\"")
                .doesNotContain("resumptionToken");
        for (String format : List.of("ivo_vor", "oai_dc")) {
            for (String identifier : List.of("", "/registry", "/std/ExecutionBroker")) {
                assertThat(get("verb=GetRecord&metadataPrefix=" + format + "&identifier=ivo://example.planner"
                                + identifier))
                        .contains("<oai:metadata>");
            }
        }
    }

    @Test
    void whatIsDeletedStaysAsATombstone() throws Exception {
        publish(server, "gone", "Gone soon");
        server.fixture.clock.move(Duration.ofHours(1));
        server.fixture.registry.delete(new Ivoid("ivo://example.planner/gone"), Fixture.PUBLISHER);
        assertThat(get("verb=ListRecords&metadataPrefix=ivo_vor&from=2026-11-21T07:00:00Z"))
                .contains("<oai:header status=\"deleted\"><oai:identifier>ivo://example.planner/gone<")
                .contains("<oai:datestamp>2026-11-21T07:00:00Z<")
                .doesNotContain("<oai:metadata>");
        assertThat(get("verb=ListIdentifiers&metadataPrefix=oai_dc&from=2026-11-21&until=2026-11-21"))
                .contains("gone");
        assertThat(get("verb=ListRecords&metadataPrefix=ivo_vor&from=2026-11-22"))
                .contains("noRecordsMatch");
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void aListThatChangesWhileItIsReadLosesNothingAndEnds(DatabaseKind kind) throws Exception {
        try (RegistryServer many = new RegistryServer(kind, 5)) {
            for (int i = 0; i < 23; i++) {
                many.fixture.clock.move(Duration.ofSeconds(i % 3));
                publish(many, "r" + i, "Record " + i);
            }
            Map<String, String> seen = new TreeMap<>();
            List<String> tokens = new ArrayList<>();
            String query = "verb=ListRecords&metadataPrefix=ivo_vor&set=ivo_managed";
            for (int page = 0; query != null; page++) {
                String answer = get(many, query);
                Matcher record = Pattern.compile("<title>([^<]*)</title>\\s*<identifier>([^<]*)</identifier>")
                        .matcher(answer);
                while (record.find()) {
                    seen.put(record.group(2), record.group(1));
                }
                many.fixture.clock.move(Duration.ofSeconds(1));
                if (page < 3) {
                    publish(many, "r" + page, "Changed " + page);
                    publish(many, "r" + (22 - page), "Changed " + (22 - page));
                    publish(many, "new" + page, "New");
                }
                Matcher token = TOKEN.matcher(answer);
                query = null;
                if (token.find()) {
                    assertThat(tokens).doesNotContain(token.group(2));
                    tokens.add(token.group(2));
                    query = "verb=ListRecords&resumptionToken="
                            + URLEncoder.encode(token.group(2), StandardCharsets.UTF_8);
                }
                assertThat(page).isLessThan(20);
            }
            for (int i = 0; i < 23; i++) {
                String title = many.fixture
                        .registry
                        .find(new Ivoid("ivo://example.planner/r" + i))
                        .orElseThrow()
                        .title;
                assertThat(seen).containsEntry("ivo://example.planner/r" + i, title);
            }
            assertThat(seen).containsKeys("ivo://example.planner/new0", "ivo://example.planner/registry");
            assertThat(get(many, "verb=ListIdentifiers&resumptionToken=" + tokens.get(0)))
                    .contains("badResumptionToken");
            assertThat(get(many, "verb=ListRecords&resumptionToken=" + tokens.get(0)))
                    .contains("<oai:record>");
            many.fixture.clock.move(Duration.ofHours(7));
            assertThat(get(many, "verb=ListRecords&resumptionToken=" + tokens.get(0)))
                    .contains("badResumptionToken")
                    .contains("expired");
        }
    }

    @Test
    void whatIsWrittenInTheSecondOfAPageIsOnTheNext() throws Exception {
        try (RegistryServer one = new RegistryServer(DatabaseKind.H2, 5)) {
            one.fixture.clock.move(Duration.ofSeconds(1));
            for (String name : List.of("m", "n", "o", "p", "q")) {
                publish(one, name, "Before");
            }
            Matcher token = TOKEN.matcher(get(one, "verb=ListRecords&metadataPrefix=ivo_vor"));
            assertThat(token.find()).isTrue();
            publish(one, "a", "In the same second, and earlier in the order");
            one.fixture.clock.move(Duration.ofSeconds(1));

            String first = get(one, "verb=ListRecords&resumptionToken=" + token.group(2));
            Matcher second = TOKEN.matcher(first);
            assertThat(second.find()).isTrue();
            String rest = get(one, "verb=ListRecords&resumptionToken=" + second.group(2));
            assertThat(first + rest)
                    .contains("In the same second")
                    .contains("planner/m<")
                    .contains("planner/q<");
        }
    }

    @Test
    void theLastPageOfSeveralEndsWithAnEmptyToken() throws Exception {
        for (int i = 0; i < 5; i++) {
            publish(server, "p" + i, "Page " + i);
        }
        server.fixture.clock.move(Duration.ofSeconds(1));
        Matcher token = TOKEN.matcher(get("verb=ListIdentifiers&metadataPrefix=ivo_vor"));
        assertThat(token.find()).isTrue();
        assertThat(get("verb=ListIdentifiers&resumptionToken=" + token.group(2)))
                .contains("<oai:resumptionToken cursor=\"5\"/>");
    }
}
