package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.wire.codec.Json;

/**
 * The rules of docs/registry-checklist.md, walked at running nodes: a registry that is no planner, and a planner that
 * registers itself there and whose own registry harvests it.
 */
class RegistryOperatorIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern IDENTIFIER = Pattern.compile("<oai:identifier>([^<]*)</oai:identifier>");
    private static final Pattern TOKEN = Pattern.compile("<oai:resumptionToken[^>]*>([^<]+)<");
    private static OperatorNode publishing;
    private static OperatorNode searching;
    private static HttpServer service;

    @BeforeAll
    static void up(@TempDir Path folder) throws Exception {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.start();
        searching = new OperatorNode(folder, "searching", "");
        publishing = new OperatorNode(
                folder, "publishing", """
                node: {name: publishing}
                planner: {enabled: false}
                registry:
                  ivoid: {authority: publishing.example}
                  oai: {page: 2}
                  poll: {interval: 1s}
                  http: {allow: ["%s", "%s"]}
                """.formatted(searching.planner().getAuthority(), host(service)));
        searching.settings("""
                node: {name: searching}
                registry:
                  register: {urls: ["%1$s"], token: "%2$s"}
                  ivoid: {authority: searching.example}
                  harvest: {sources: ["%1$s/oai"], interval: 1s}
                  http: {allow: ["%3$s"]}
                """.formatted(
                        publishing.registry(),
                        OperatorNode.PUBLISHER,
                        publishing.registry().getAuthority()));
        publishing.begin();
        searching.begin();
        publishing.awaitReady();
        searching.awaitReady();
        await("the planner is registered")
                .atMost(Duration.ofMinutes(2))
                .until(() -> search(publishing, "").contains(searching.planner().toString()));
    }

    @AfterAll
    static void down() throws Exception {
        service.stop(0);
        publishing.kill();
        searching.kill();
    }

    private static String host(HttpServer server) {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private static HttpResponse<String> call(
            OperatorNode node, String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node.registry() + path))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String get(OperatorNode node, String path) throws Exception {
        HttpResponse<String> answer = call(node, "GET", path, "");
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static String oai(String query) throws Exception {
        return get(publishing, "/oai?" + query);
    }

    private static String search(OperatorNode node, String query) throws Exception {
        return get(node, "/search?limit=500" + query);
    }

    private static String csv(OperatorNode node, String query) throws Exception {
        return get(
                node,
                "/tap/sync?LANG=ADQL&RESPONSEFORMAT=csv&QUERY=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
    }

    private static List<String> identifiers() throws Exception {
        List<String> all = new ArrayList<>();
        String query = "verb=ListIdentifiers&metadataPrefix=ivo_vor&set=ivo_managed";
        for (int page = 0; query != null; page++) {
            assertThat(page).as("pages of a small list").isLessThan(50);
            String answer = oai(query);
            all.addAll(IDENTIFIER.matcher(answer).results().map(r -> r.group(1)).toList());
            query = TOKEN.matcher(answer)
                    .results()
                    .map(r -> "verb=ListIdentifiers&resumptionToken="
                            + URLEncoder.encode(r.group(1), StandardCharsets.UTF_8))
                    .findFirst()
                    .orElse(null);
        }
        return all;
    }

    private static HttpResponse<String> write(String identifier, String title) throws Exception {
        String record = """
                <ri:Resource xmlns:ri="http://www.ivoa.net/xml/RegistryInterface/v1.0"
                    xmlns:vr="http://www.ivoa.net/xml/VOResource/v1.0"
                    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="vr:Organisation" status="active"
                    created="2026-01-10T09:00:00Z" updated="2026-01-12T16:30:05Z">
                  <title>%s</title><identifier>%s</identifier>
                  <curation><publisher>Example</publisher><contact><name>Operations</name></contact></curation>
                  <content><subject>observatories</subject><description>About it.</description>
                    <referenceURL>https://example.org/</referenceURL></content>
                </ri:Resource>""".formatted(title, identifier);
        return call(
                publishing,
                "PUT",
                "/records/" + identifier.substring("ivo://".length()),
                record,
                "Authorization",
                "Bearer " + OperatorNode.PUBLISHER,
                "Content-Type",
                "application/xml");
    }

    private static String fresh() {
        return "ivo://publishing.example/" + UUID.randomUUID();
    }

    @ParameterizedTest(name = "R1: {0}")
    @ValueSource(
            strings = {
                "verb=Identify",
                "verb=ListMetadataFormats",
                "verb=ListSets",
                "verb=ListIdentifiers&metadataPrefix=oai_dc",
                "verb=ListRecords&metadataPrefix=ivo_vor",
                "verb=GetRecord&metadataPrefix=oai_dc&identifier=ivo://publishing.example/registry",
            })
    void sixVerbsAnswerGetAndPostAlike(String query) throws Exception {
        String verb = query.replaceAll("verb=([A-Za-z]+).*", "$1");
        String got = oai(query);
        String posted = call(publishing, "POST", "/oai", query, "Content-Type", "application/x-www-form-urlencoded")
                .body();
        assertThat(List.of(got, posted))
                .allSatisfy(answer -> assertThat(answer)
                        .contains(
                                "<oai:" + verb + ">",
                                "<oai:responseDate>2",
                                publishing.registry() + "/oai</oai:request>")
                        .doesNotContain("<oai:error"));
    }

    @ParameterizedTest(name = "R1, R7, R9: {0} is {1}")
    @CsvSource({
        "verb=Nonsense,badVerb",
        "verb=ListRecords,badArgument",
        "verb=ListRecords&metadataPrefix=marc,cannotDisseminateFormat",
        "verb=GetRecord&metadataPrefix=ivo_vor&identifier=ivo://publishing.example/none,idDoesNotExist",
        "verb=ListRecords&metadataPrefix=ivo_vor&until=2000-01-01,noRecordsMatch",
        "verb=ListRecords&resumptionToken=junk,badResumptionToken",
        "verb=ListRecords&metadataPrefix=ivo_vor&from=2000-01-01&until=2000-01-02T00:00:00Z,badArgument",
    })
    void errorsAreToldInTheProtocolsWay(String query, String code) throws Exception {
        assertThat(oai(query)).contains("<oai:error code=\"" + code + "\">");
    }

    @Test
    void everyRecordComesInBothFormatsByItsIvoidInAnyCase() throws Exception { // R2, R3
        List<String> identifiers = identifiers();
        assertThat(identifiers).hasSizeGreaterThanOrEqualTo(4).doesNotHaveDuplicates();
        for (String identifier : identifiers) {
            for (String format : List.of("ivo_vor", "oai_dc")) {
                String answer = oai("verb=GetRecord&metadataPrefix=" + format + "&identifier="
                        + identifier.toUpperCase(java.util.Locale.ROOT).replace("IVO:", "ivo:"));
                assertThat(IDENTIFIER.matcher(answer).results().map(r -> r.group(1)))
                        .as(answer)
                        .containsExactly(identifier);
            }
        }
    }

    @Test
    void identifyHasTheRegistrysOwnRecordOnce() throws Exception { // R4
        assertThat(oai("verb=Identify").split("xsi:type=\"vg:Registry\"", -1)).hasSize(2);
        assertThat(identifiers()).contains("ivo://publishing.example/registry");
    }

    @Test
    void everyManagedAuthorityHasItsRecordAndNoOtherIsTaken() throws Exception { // R5
        List<String> managed = Pattern.compile("<managedAuthority>([^<]*)<")
                .matcher(oai("verb=Identify"))
                .results()
                .map((MatchResult r) -> r.group(1))
                .toList();
        assertThat(managed).containsExactly("publishing.example");
        assertThat(oai("verb=GetRecord&metadataPrefix=ivo_vor&identifier=ivo://publishing.example"))
                .contains("xsi:type=\"vg:Authority\"");
        assertThat(write("ivo://other.example/x", "Not ours").statusCode()).isEqualTo(403);
    }

    @Test
    void theOnlySetOfTheVoIsWhatIsManagedHere() throws Exception { // R6
        assertThat(Pattern.compile("<oai:setSpec>([^<]*)<")
                        .matcher(oai("verb=ListSets"))
                        .results()
                        .map(r -> r.group(1)))
                .containsExactly("ivo_managed");
    }

    @Test
    void timesAreToTheSecondAndDaysAreTaken() throws Exception { // R7
        assertThat(oai("verb=Identify")).contains("<oai:granularity>YYYY-MM-DDThh:mm:ssZ</oai:granularity>");
        assertThat(oai("verb=ListIdentifiers&metadataPrefix=ivo_vor&from=2000-01-01"))
                .contains("<oai:header>");
        assertThat(oai("verb=ListIdentifiers&metadataPrefix=ivo_vor&from=2000-01-01T00:00:00Z"))
                .contains("<oai:header>");
    }

    @Test
    void whatIsDeletedStaysAsATombstoneAndGoesFromTheHarvester() throws Exception { // R8, R12
        String identifier = fresh();
        assertThat(write(identifier, "Gone soon").statusCode()).isBetween(200, 201);
        String path = "/records/" + identifier.substring("ivo://".length());
        await("it is harvested")
                .atMost(Duration.ofMinutes(2))
                .until(() -> search(searching, "&authority=publishing.example").contains(identifier));

        assertThat(call(publishing, "DELETE", path, "", "Authorization", "Bearer " + OperatorNode.PUBLISHER)
                        .statusCode())
                .isBetween(200, 204);

        assertThat(oai("verb=GetRecord&metadataPrefix=ivo_vor&identifier=" + identifier))
                .contains("status=\"deleted\"")
                .doesNotContain("<oai:metadata>");
        assertThat(oai("verb=Identify")).contains("<oai:deletedRecord>persistent</oai:deletedRecord>");
        await("it is gone")
                .atMost(Duration.ofMinutes(2))
                .until(() -> !search(searching, "&authority=publishing.example").contains(identifier));
        assertThat(get(searching, "/harvest")).contains(publishing.registry() + "/oai");
    }

    @Test
    void aListReadToItsEndIsWholeWhileRecordsChange() throws Exception { // R9
        List<String> written = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String identifier = fresh();
            written.add(identifier);
            assertThat(write(identifier, "Before " + i).statusCode()).isBetween(200, 201);
        }
        String first = oai("verb=ListIdentifiers&metadataPrefix=ivo_vor&set=ivo_managed");
        assertThat(write(written.get(0), "Meanwhile").statusCode()).isBetween(200, 201);
        assertThat(TOKEN.matcher(first).find()).isTrue();
        assertThat(identifiers()).containsAll(written);
    }

    @Test
    void everyFaultOfARecordIsToldWithItsPlace() throws Exception { // R10
        String identifier = fresh();
        HttpResponse<String> answer = call(
                publishing,
                "PUT",
                "/records/" + identifier.substring("ivo://".length()),
                "<ri:Resource xmlns:ri=\"http://www.ivoa.net/xml/RegistryInterface/v1.0\"><identifier>" + identifier
                        + "</identifier></ri:Resource>",
                "Authorization",
                "Bearer " + OperatorNode.PUBLISHER,
                "Content-Type",
                "application/xml");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("/planner/problems/invalid-document", "\"/title\"", "\"/@xsi:type\"");
    }

    @Test
    void theTypeOfAProblemCanBeReadWhereThereIsNoPlanner() throws Exception {
        String type = Json.mapper()
                .readTree(call(publishing, "GET", "/records/publishing.example/none", "", "Accept", "application/json")
                        .body())
                .path("type")
                .asText();
        for (OperatorNode node : List.of(publishing, searching)) {
            for (URI page : List.of(
                    node.registry().resolve(type), node.registry().resolve(type.replace("/planner/", "/registry/")))) {
                HttpResponse<String> text =
                        HTTP.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
                assertThat(text.statusCode()).as(page.toString()).isEqualTo(200);
                assertThat(text.body()).startsWith("not-found\n404.");
            }
        }
        assertThat(HTTP.send(
                                HttpRequest.newBuilder(publishing.planner().resolve("/planner/requests"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void whatTheVoAsksOfEveryServiceIsReadByAnybody() throws Exception { // R11, R15
        String capabilities = get(publishing, "/capabilities");
        assertThat(capabilities)
                .contains("ivo://ivoa.net/std/VOSI#capabilities", "ivo://ivoa.net/std/VOSI#availability");
        assertThat(get(publishing, "/availability")).contains("available>true<");
        assertThat(get(publishing, "/tap/availability")).contains("available>true<");
        assertThat(get(publishing, "/tap/tables")).contains("rr.tap_table");
        String tap = get(publishing, "/tap/capabilities");
        assertThat(tap).contains("ivo://ivoa.net/std/TAP").doesNotContain("regtap#1");
        for (String capability : (capabilities + tap).split("<capability ")) {
            if (capability.contains("std/VOSI#")) {
                assertThat(capability.split("</capability>", 2)[0]).doesNotContain("securityMethod");
            }
        }
    }

    @ParameterizedTest(name = "R13, R14, R21: {0}")
    @ValueSource(
            strings = {
                "resource", "res_role", "res_subject", "capability", "res_schema", "res_table", "table_column",
                "interface", "intf_param", "relationship", "validation", "res_date", "res_detail", "alt_identifier",
                "stc_spatial", "stc_temporal", "stc_spectral", "tap_table"
            })
    void everyRelationIsThere(String relation) throws Exception {
        assertThat(csv(searching, "SELECT COUNT(*) AS n FROM rr." + relation)).matches("n\\s+[0-9]+\\s*");
    }

    @Test
    void aPlannerIsFoundByAQueryAndAsAJobAfterAHarvest() throws Exception { // R12, R13, R14, R18
        String query = "SELECT access_url FROM rr.capability NATURAL JOIN rr.interface"
                + " WHERE standard_id ILIKE 'ivo://%/std/executionbroker%' AND intf_role = 'std'";
        await("it is harvested")
                .atMost(Duration.ofMinutes(2))
                .until(() -> csv(searching, query).contains(searching.planner().toString()));
        HttpResponse<String> job = call(
                searching,
                "POST",
                "/tap/async",
                "LANG=ADQL&PHASE=RUN&RESPONSEFORMAT=csv&QUERY=" + URLEncoder.encode(query, StandardCharsets.UTF_8),
                "Content-Type",
                "application/x-www-form-urlencoded");
        assertThat(job.statusCode()).isEqualTo(303);
        String address = job.headers()
                .firstValue("Location")
                .orElseThrow()
                .substring(searching.registry().toString().length());
        await("the job has ended")
                .atMost(Duration.ofMinutes(1))
                .until(() -> get(searching, address + "/phase").equals("COMPLETED"));
        assertThat(get(searching, address + "/results/result"))
                .contains(searching.planner().toString());
    }

    @Test
    void portalsFindAPlannerInJson() throws Exception { // R16
        for (String query : List.of(
                "&standardID=IVO://Planisphere.LOCAL/std/executionBROKER",
                "&q=searching&type=vr:Service",
                "&kind=process",
                "&availability=up")) {
            JsonNode found = Json.mapper().readTree(search(publishing, query));
            assertThat(found.at("/items").findValuesAsText("accessURL"))
                    .as(query)
                    .contains(searching.planner().toString());
        }
    }

    @Test
    void nobodyWritesWithoutAToken() throws Exception { // R17
        assertThat(call(publishing, "DELETE", "/records/publishing.example/registry", "")
                        .statusCode())
                .isEqualTo(401);
        assertThat(call(
                                publishing,
                                "DELETE",
                                "/records/publishing.example/registry",
                                "",
                                "Authorization",
                                "Bearer wrong")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void aServiceThatDoesNotAnswerIsMarkedAndStays() throws Exception { // R18, R19
        String mine = "http://" + host(service) + "/planner";
        String capabilities = HTTP.send(
                        HttpRequest.newBuilder(URI.create(searching.planner() + "/capabilities"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body()
                .replace(searching.planner().toString(), mine);
        String availability = HTTP.send(
                        HttpRequest.newBuilder(URI.create(searching.planner() + "/availability"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        service.createContext("/planner/", call -> {
            byte[] bytes = (call.getRequestURI().getPath().endsWith("capabilities") ? capabilities : availability)
                    .getBytes(StandardCharsets.UTF_8);
            call.getResponseHeaders().set("Content-Type", "text/xml");
            call.sendResponseHeaders(200, bytes.length);
            call.getResponseBody().write(bytes);
            call.close();
        });
        HttpResponse<String> registered = call(
                publishing,
                "POST",
                "/register",
                "{\"capabilitiesUrl\":\"" + mine + "/capabilities\",\"title\":\"Comes and goes\"}",
                "Authorization",
                "Bearer " + OperatorNode.PUBLISHER,
                "Content-Type",
                "application/json");
        assertThat(registered.statusCode()).as(registered.body()).isEqualTo(200);
        await("it is up")
                .atMost(Duration.ofMinutes(1))
                .until(() -> search(publishing, "&q=comes&availability=up").contains(mine));

        service.removeContext("/planner/");

        await("it is down")
                .atMost(Duration.ofMinutes(1))
                .until(() -> search(publishing, "&q=comes&availability=down").contains(mine));
        assertThat(identifiers()).anyMatch(identifier -> oaiHas(identifier, mine));
    }

    private static boolean oaiHas(String identifier, String text) {
        try {
            return oai("verb=GetRecord&metadataPrefix=ivo_vor&identifier=" + identifier)
                    .contains(text);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void ourStandardHasARecordWithItsKeys() throws Exception { // R20
        assertThat(oai("verb=GetRecord&metadataPrefix=ivo_vor&identifier=ivo://publishing.example/std/ExecutionBroker"))
                .contains("xsi:type=\"vstd:Standard\"");
    }

    @Test
    void peopleHavePagesWithoutScripts() throws Exception { // R22
        assertThat(get(publishing, "/?q=searching"))
                .contains("<input type=\"search\"", "searching")
                .doesNotContain("<script");
        assertThat(get(publishing, "/record/publishing.example/registry"))
                .contains("<h1>", "ivo://ivoa.net/std/Registry");
        assertThat(oai("verb=Identify")).contains("<?xml-stylesheet");
        assertThat(get(publishing, "/oai.xsl")).contains("xsl:stylesheet").doesNotContain("<script");
        assertThat(call(publishing, "GET", "/oai?verb=Identify", "", "Accept", "text/html,*/*;q=0.8")
                        .body())
                .contains("<h1>OAI-PMH: Identify</h1>")
                .doesNotContain("<script");
        assertThat(get(searching, "/harvest")).isNotEmpty();
    }
}
