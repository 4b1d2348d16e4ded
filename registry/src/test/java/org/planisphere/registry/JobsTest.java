package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.DatabaseKind;

/** Queries as jobs, over HTTP. UWS 1.1, TAP 1.1 section 2.2 */
class JobsTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String QUERY =
            "LANG=ADQL&RESPONSEFORMAT=csv&QUERY=" + encoded("SELECT schema_name FROM tap_schema.schemas ORDER BY 1");

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void aJobRunsToItsResult(DatabaseKind kind) throws Exception {
        try (RegistryServer server = new RegistryServer(kind, 100)) {
            String job = made(server, QUERY + "&RUNID=mine", null);
            assertThat(get(job + "/phase", null).body()).isEqualTo("PENDING");
            assertThat(get(job + "/results/result", null).statusCode()).isEqualTo(404);

            assertThat(post(job + "/phase", "PHASE=RUN", null).statusCode()).isEqualTo(303);
            assertThat(get(job + "?WAIT=30&PHASE=QUEUED", null).statusCode()).isEqualTo(200);
            String ended = waited(job, null);

            assertThat(ended)
                    .contains("<uws:phase>COMPLETED</uws:phase>", "<uws:runId>mine</uws:runId>", "version=\"1.1\"")
                    .contains("<uws:ownerId xsi:nil=\"true\"/>", "/results/result\"");
            HttpResponse<String> result = get(job + "/results/result", null);
            assertThat(result.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
            assertThat(result.body()).isEqualTo("schema_name\r\nplanners\r\nrr\r\ntap_schema\r\n");
            assertThat(post(job + "/phase", "PHASE=RUN", null).statusCode()).isEqualTo(403);
            assertThat(post(job + "/parameters", "QUERY=x", null).statusCode()).isEqualTo(403);

            assertThat(post(job, "ACTION=DELETE", null).statusCode()).isEqualTo(303);
            assertThat(get(job, null).statusCode()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void whatIsWrongWithAQueryIsTheErrorOfItsJob(DatabaseKind kind) throws Exception {
        try (RegistryServer server = new RegistryServer(kind, 100)) {
            String job = made(server, "LANG=ADQL&PHASE=RUN&QUERY=" + encoded("SELECT x FROM rr.nothing"), null);

            assertThat(waited(job, null)).contains("<uws:phase>ERROR</uws:phase>", "no table rr.nothing");
            assertThat(get(job + "/error", null).body())
                    .contains("<INFO name=\"QUERY_STATUS\" value=\"ERROR\">", "no table rr.nothing");
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void aJobIsItsOwnersAlone(DatabaseKind kind) throws Exception {
        try (RegistryServer server = new RegistryServer(kind, 100)) {
            String job = made(server, QUERY, "somebody");
            String id = job.substring(job.lastIndexOf('/') + 1);

            assertThat(get(job, null).statusCode()).isEqualTo(404);
            assertThat(get(job, "publisher").statusCode()).isEqualTo(404);
            assertThat(delete(job, "publisher").statusCode()).isEqualTo(404);
            assertThat(get(job, "somebody").body()).contains("<uws:ownerId>local|somebody</uws:ownerId>");
            String list = server.base() + "/tap/async";
            assertThat(get(list, "somebody").body()).contains(id);
            assertThat(get(list + "?PHASE=PENDING&LAST=1", "somebody").body()).contains(id);
            assertThat(get(list + "?PHASE=COMPLETED&PHASE=ERROR", "somebody").body())
                    .doesNotContain(id);
            assertThat(get(list + "?AFTER=2100-01-01", "somebody").body()).doesNotContain(id);
            assertThat(get(list, "publisher").body()).doesNotContain(id);
            assertThat(get(list, null).body()).doesNotContain(id);
            assertThat(delete(job, "somebody").statusCode()).isEqualTo(303);
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void whatMayBeChangedOfAJobIsBounded(DatabaseKind kind) throws Exception {
        try (RegistryServer server = new RegistryServer(kind, 100)) {
            String job = made(server, QUERY, null);
            assertThat(post(job + "/executionduration", "EXECUTIONDURATION=5", null)
                            .statusCode())
                    .isEqualTo(303);
            assertThat(get(job + "/executionduration", null).body()).isEqualTo("5");
            post(job + "/executionduration", "EXECUTIONDURATION=999999", null);
            assertThat(get(job + "/executionduration", null).body()).isEqualTo("600");
            post(job + "/destruction", "DESTRUCTION=2100-01-01T00:00:00Z", null);
            assertThat(get(job + "/destruction", null).body()).startsWith("20").doesNotStartWith("2100");
            assertThat(post(job + "/destruction", "DESTRUCTION=soon", null).statusCode())
                    .isEqualTo(400);
            post(job + "/parameters", "QUERY=" + encoded("SELECT 1 FROM rr.resource"), null);
            assertThat(get(job + "/parameters", null).body()).contains("SELECT 1 FROM rr.resource");
            assertThat(post(job + "/phase", "PHASE=ABORT", null).statusCode()).isEqualTo(303);
            assertThat(get(job + "/phase", null).body()).isEqualTo("ABORTED");
            assertThat(post(job + "/phase", "PHASE=FLY", null).statusCode()).isEqualTo(400);
        }
    }

    private static String made(RegistryServer server, String form, String token) throws Exception {
        HttpResponse<String> made = post(server.base() + "/tap/async", form, token);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(303);
        return made.headers().firstValue("Location").orElseThrow();
    }

    /** UWS lets a server answer early; the clients ask again. */
    private static String waited(String job, String token) throws Exception {
        for (int i = 0; i < 10; i++) {
            String body = get(job + "?WAIT=20", token).body();
            if (!body.contains(">QUEUED<") && !body.contains(">EXECUTING<")) {
                return body;
            }
        }
        throw new AssertionError("the job did not end");
    }

    private static HttpResponse<String> get(String url, String token) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(url)), token);
    }

    private static HttpResponse<String> delete(String url, String token) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(url)).DELETE(), token);
    }

    private static HttpResponse<String> post(String url, String form, String token) throws Exception {
        return send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form)),
                token);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request, String token) throws Exception {
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
