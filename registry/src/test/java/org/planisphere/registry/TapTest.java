package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;
import org.planisphere.foundation.database.DatabaseKind;

/** Queries over HTTP, on each database. TAP 1.1, ADQL 2.1, RegTAP 1.2 */
class TapTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Map<DatabaseKind, RegistryServer> SERVERS = new EnumMap<>(DatabaseKind.class);

    @BeforeAll
    static void begin() throws Exception {
        for (DatabaseKind kind : DatabaseKind.values()) {
            try {
                RegistryServer server = new RegistryServer(kind, 100);
                SERVERS.put(kind, server);
                server.fixture.web.planner("http://p.example/planner");
                server.fixture.registry.register(
                        Fixture.of("http://p.example/planner/capabilities", "Größter Planner"), Fixture.PUBLISHER);
                server.fixture.registry.publish(Sky.RECORD.getBytes(StandardCharsets.UTF_8), null, Fixture.PUBLISHER);
            } catch (TestAbortedException e) {
                // without PostgreSQL its half of the tests is skipped below
                assertThat(kind).isEqualTo(DatabaseKind.POSTGRESQL);
            }
        }
    }

    @AfterAll
    static void end() {
        SERVERS.values().forEach(RegistryServer::close);
    }

    static HttpResponse<String> ask(DatabaseKind kind, String... parameters) throws IOException, InterruptedException {
        RegistryServer server = SERVERS.get(kind);
        if (server == null) {
            throw new TestAbortedException("PostgreSQL is not installed");
        }
        StringBuilder form = new StringBuilder("LANG=ADQL");
        for (int i = 0; i < parameters.length; i += 2) {
            form.append('&').append(parameters[i]).append('=');
            form.append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
        }
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(server.base() + "/tap/sync"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String csv(DatabaseKind kind, String query) throws IOException, InterruptedException {
        HttpResponse<String> answer = ask(kind, "QUERY", query, "RESPONSEFORMAT", "csv");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body().replace("\r\n", "\n").strip();
    }

    static String refusal(DatabaseKind kind, String query) throws IOException, InterruptedException {
        HttpResponse<String> answer = ask(kind, "QUERY", query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-votable+xml");
        assertThat(answer.body()).contains("<INFO name=\"QUERY_STATUS\" value=\"ERROR\">");
        return answer.body();
    }

    @Nested
    class Answers {
        @ParameterizedTest
        @EnumSource(DatabaseKind.class)
        void aPlannerIsFoundByItsStandardInAnyCase(DatabaseKind kind) throws Exception {
            for (String text :
                    new String[] {"IVO://ivoa.net/STD/ExecutionBroker%", "ivo://%/executionbroker#rest-1.0"}) {
                assertThat(csv(
                                kind,
                                "SELECT access_url FROM rr.capability NATURAL JOIN rr.interface NATURAL JOIN rr.resource"
                                        + " WHERE standard_id ILIKE '" + text
                                        + "' AND intf_role='std' AND authenticated_only=0"))
                        .isEqualTo("access_url\nhttp://p.example/planner");
            }
        }

        /** As pyvo 1.6 asks for everything a search found, with the condition it makes of each way to search. */
        @ParameterizedTest(name = "{0}")
        @ValueSource(
                strings = {
                    "standard_id IN ('ivo://ivoa.net/std/ExecutionBroker#rest-1.0')",
                    "standard_id IN ('IVO://IVOA.NET/std/executionbroker#REST-1.0', 'ivo://x/y')",
                    "ivoid='ivo://Example.Planner/Planner/p.example'",
                    "ivoid LIKE 'ivo://Example.Planner/Planner/%'",
                    "( 1=ivo_hasword(res_description, 'Planner') OR  1=ivo_hasword(res_title, 'Planner') OR "
                            + " rr.res_subject.res_subject ILIKE '%Planner%') AND"
                            + " standard_id='ivo://ivoa.net/std/ExecutionBroker#rest-1.0'"
                })
        void aPlannerIsFoundByTheQueriesOfPyvo(String condition) throws Exception {
            String said = "ivoid, res_type, short_name, res_title, content_level, res_description, reference_url,"
                    + " creator_seq, created, updated, rights, content_type, source_format, source_value,"
                    + " region_of_regard, waveband";
            String query = "SELECT\n" + said + ", \n"
                    + "  ivo_string_agg(COALESCE(access_url, ''), ':::py VO sep:::') AS access_urls, \n"
                    + "  ivo_string_agg(COALESCE(standard_id, ''), ':::py VO sep:::') AS standard_ids, \n"
                    + "  ivo_string_agg(COALESCE(intf_type, ''), ':::py VO sep:::') AS intf_types, \n"
                    + "  ivo_string_agg(COALESCE(intf_role, ''), ':::py VO sep:::') AS intf_roles, \n"
                    + "  ivo_string_agg(COALESCE(cap_description, ''), ':::py VO sep:::') AS cap_descriptions\n"
                    + "FROM\nrr.resource\nNATURAL LEFT OUTER JOIN rr.capability\n"
                    + "NATURAL LEFT OUTER JOIN rr.interface\nNATURAL LEFT OUTER JOIN rr.res_subject\nWHERE\n("
                    + condition + ")\nGROUP BY\n" + said;
            for (DatabaseKind kind : SERVERS.keySet()) {
                assertThat(csv(kind, query).lines().skip(1))
                        .as(kind.toString())
                        .singleElement()
                        .asString()
                        .startsWith("ivo://example.planner/planner/p.example,vr:service,")
                        .contains("http://p.example/planner:::py VO sep:::");
            }
        }

        @ParameterizedTest(name = "{0}")
        @CsvSource(delimiter = '@', textBlock = """
                SELECT 'x' AS a, COUNT(*) AS n FROM rr.resource GROUP BY a @ a,n;x,5
                SELECT res_type || '!' AS a FROM rr.resource WHERE res_type LIKE 'vstd%' GROUP BY a @ a;vstd:standard!
                SELECT res_type || '!' AS a, COUNT(*) AS n FROM rr.resource WHERE res_type LIKE 'vstd%' GROUP BY res_type || '!' @ a,n;vstd:standard!,1
                SELECT COUNT(*) AS n FROM rr.resource GROUP BY 7 @ n;5
                SELECT 7 AS a, COUNT(*) AS n FROM rr.resource GROUP BY a @ a,n;7,5
                SELECT COUNT(*) AS n FROM rr.resource GROUP BY 'q' @ n;5
                SELECT c || '-' AS k, COUNT(*) AS n FROM (SELECT schema_name || '+' AS c FROM tap_schema.schemas) AS q GROUP BY k ORDER BY k @ k,n;planners+-,1;rr+-,1;tap_schema+-,1
                """)
        void rowsAreGroupedByWhateverIsTheSameInThem(String query, String wanted) throws Exception {
            for (DatabaseKind kind : SERVERS.keySet()) {
                assertThat(csv(kind, query)).as(kind + " " + query).isEqualTo(wanted.replace(';', '\n'));
            }
        }

        @ParameterizedTest(name = "{0}")
        @CsvSource(delimiter = '|', textBlock = """
                SELECT COUNT(*) AS n FROM rr.resource | n;5
                SELECT COUNT(*) AS n FROM rr.resource NATURAL JOIN planners.executable_kind WHERE kind_name='docker-container' | n;0
                SELECT ivo_nocasematch('ABC', 'a%') AS n FROM tap_schema.schemas WHERE schema_name='rr' | n;1
                SELECT ivo_hashlist_has('a#bc', 'BC') + ivo_hashlist_has('a#bc', 'b') AS n FROM tap_schema.schemas WHERE schema_name='rr' | n;1
                SELECT ivo_string_agg(base_role, '/') AS n FROM rr.res_role WHERE base_role='nobody' | n;""
                SELECT ivo_interval_overlaps(1, 2, 2, 3) AS n FROM tap_schema.schemas WHERE schema_name='rr' | n;1
                SELECT schema_name FROM tap_schema.schemas ORDER BY schema_index DESC OFFSET 2 | schema_name;rr
                SELECT TOP 1 schema_name AS x FROM tap_schema.schemas ORDER BY x DESC | x;tap_schema
                SELECT COALESCE(short_name, 'none') AS n FROM rr.resource WHERE res_type='vg:authority' | n;none
                WITH a AS (SELECT ivoid FROM rr.resource), b(k) AS (SELECT ivoid FROM a) SELECT COUNT(k) AS n FROM b | n;5
                SELECT n FROM (SELECT 1 AS n FROM tap_schema.schemas UNION SELECT 2 FROM tap_schema.schemas) AS q WHERE n > 1 | n;2
                SELECT table_name FROM tap_schema.tables WHERE table_name IN (SELECT table_name FROM tap_schema.columns WHERE column_name='val_level') | table_name;rr.validation
                SELECT s.schema_name FROM tap_schema.schemas AS s WHERE EXISTS (SELECT 1 FROM tap_schema.tables t WHERE t.schema_name = s.schema_name AND t.table_name='rr.resource') | schema_name;rr
                SELECT CAST('12' AS INTEGER) * 2.5 AS n FROM tap_schema.schemas WHERE schema_name='rr' | n;30.0
                SELECT ROUND(2.345, 1) AS n, MOD(7, 4) AS m FROM tap_schema.schemas WHERE schema_name='rr' | n,m;2.3,3
                SELECT MAX(n) AS m FROM (SELECT schema_name, COUNT(*) AS n FROM tap_schema.tables GROUP BY schema_name HAVING COUNT(*) > 5) AS q | m;18
                SELECT "size" FROM tap_schema.columns WHERE table_name='rr.resource' AND column_name='created' | size;19
                SELECT r.ivoid FROM rr.resource r LEFT JOIN rr.res_date d ON r.ivoid = d.ivoid WHERE r.res_type = 'vstd:standard' AND d.ivoid IS NULL | ivoid;ivo://example.planner/std/executionbroker
                SELECT COUNT(*) AS n FROM (rr.capability NATURAL JOIN rr.interface AS a) JOIN (rr.res_subject AS b NATURAL JOIN rr.resource) ON (a.ivoid = b.ivoid) WHERE a.intf_type='vg:oaihttp' | n;1
                """)
        void valuesAreTheSameOnEachDatabase(String query, String wanted) throws Exception {
            for (DatabaseKind kind : SERVERS.keySet()) {
                assertThat(csv(kind, query))
                        .as(kind + " " + query)
                        .isEqualTo(wanted.replace("\"\"", "").replace(';', '\n').strip());
            }
        }

        @ParameterizedTest
        @EnumSource(DatabaseKind.class)
        void wordsAreFoundWholeAndInAnyCase(DatabaseKind kind) throws Exception {
            String of = "SELECT res_title FROM rr.resource WHERE 1=ivo_hasword(res_title, '";
            assertThat(csv(kind, of + "PLANNER GRÖSSTER')")).isEqualTo("res_title");
            assertThat(csv(kind, of + "planner größter')")).isEqualTo("res_title\nGrößter Planner");
            assertThat(csv(kind, of + "plan')")).isEqualTo("res_title");
            assertThat(csv(
                            kind,
                            "SELECT res_title FROM rr.resource WHERE 0=ivo_hasword(res_title, 'planner')"
                                    + " AND res_title LIKE 'Gr%'"))
                    .isEqualTo("res_title");
        }

        @ParameterizedTest
        @EnumSource(DatabaseKind.class)
        void moreRowsThanAskedForAreOverflow(DatabaseKind kind) throws Exception {
            String query = "SELECT table_name FROM tap_schema.tables";
            assertThat(ask(kind, "QUERY", query, "MAXREC", "3").body())
                    .contains("value=\"OVERFLOW\"")
                    .satisfies(body -> assertThat(body.split("<TR>")).hasSize(4));
            assertThat(ask(kind, "QUERY", query, "MAXREC", "24").body()).doesNotContain("OVERFLOW");
            assertThat(ask(kind, "QUERY", query, "MAXREC", "0").body())
                    .contains("OVERFLOW")
                    .doesNotContain("<TR>");
        }

        @ParameterizedTest
        @EnumSource(DatabaseKind.class)
        void coverageIsComparedWithShapes(DatabaseKind kind) throws Exception {
            String of = "SELECT ivoid FROM rr.stc_spatial WHERE 1=";
            String yes = "ivoid\nivo://example.planner/sky";
            assertThat(csv(kind, of + "CONTAINS(POINT(6.81, 16.82), coverage)")).isEqualTo(yes);
            assertThat(csv(kind, of + "CONTAINS(POINT('ICRS', 6.81, -46.82), coverage)"))
                    .isEqualTo("ivoid");
            assertThat(csv(kind, of + "CONTAINS(CIRCLE(6.81, 16.82, 1), coverage)"))
                    .isEqualTo(yes);
            assertThat(csv(kind, of + "CONTAINS(CIRCLE(6.81, 16.82, 60), coverage)"))
                    .isEqualTo("ivoid");
            assertThat(csv(kind, of + "INTERSECTS(coverage, MOC(5, CIRCLE(6.81, 16.82, 1)))"))
                    .isEqualTo(yes);
            assertThat(csv(kind, of + "CONTAINS(coverage, MOC('0/0-11'))")).isEqualTo(yes);
            assertThat(csv(kind, of + "INTERSECTS(POLYGON(180, 5, 190, 5, 185, -5), coverage)"))
                    .isEqualTo("ivoid");
            assertThat(csv(
                            kind,
                            "SELECT ivoid FROM rr.stc_spectral WHERE ivo_specconv(500, 'nm', 'J')"
                                    + " BETWEEN spectral_start AND spectral_end"))
                    .isEqualTo(yes);
        }
    }

    @Nested
    class Refusals {
        @ParameterizedTest(name = "{0}")
        @CsvSource(delimiter = '|', textBlock = """
                SELECT * FROM resource | Line 1, column 15: there is no table resource; is rr.resource meant?
                SELECT nothing FROM rr.resource | Line 1, column 8: there is no column nothing
                SELECT ivoid FROM rr.resource, rr.capability | ivoid can mean several columns
                SELECT pg_sleep(10) FROM rr.resource | there is no function pg_sleep
                SELECT ivoid FROM rr.resource WHERE created = 5 | a text cannot be compared with a number
                SELECT ivoid, COUNT(*) FROM rr.resource | neither grouped by
                SELECT ivoid FROM rr.resource WHERE COUNT(*) > 1 | an aggregate is possible in
                DELETE FROM rr.resource | Line 1, column 1
                SELECT ivoid FROM rr.resource; DROP TABLE rr.resource | Line 1, column 32
                SELECT ivoid FROM registry_record | there is no table registry_record
                SELECT * FROM information_schema.tables | there is no table information_schema.tables
                SELECT first_pixel FROM rr.spatial_span | there is no table rr.spatial_span
                SELECT 1/0 FROM tap_schema.schemas | divides by zero
                SELECT ivoid FROM rr.resource WHERE ivoid = (SELECT ivoid FROM rr.resource) | more than one row
                SELECT ivoid FROM rr.resource ORDER BY 7 | there is no column 7
                SELECT CAST('x' AS INTEGER) FROM tap_schema.schemas | cannot be computed
                """)
        void whatIsWrongIsToldWithItsPlace(String query, String told) throws Exception {
            for (DatabaseKind kind : SERVERS.keySet()) {
                assertThat(refusal(kind, query)).as(kind + " " + query).contains(told);
            }
        }

        @Test
        void parametersOfTheCallAreChecked() throws Exception {
            String query = "SELECT ivoid FROM rr.resource";
            assertThat(ask(DatabaseKind.H2, "QUERY", query, "MAXREC", "-1").statusCode())
                    .isEqualTo(400);
            assertThat(ask(DatabaseKind.H2, "QUERY", query, "RESPONSEFORMAT", "fits")
                            .body())
                    .contains("votable, ");
            assertThat(ask(DatabaseKind.H2, "QUERY", query, "UPLOAD", "t,http://x/")
                            .body())
                    .contains("uploaded");
            assertThat(ask(DatabaseKind.H2).body()).contains("QUERY is missing");
            assertThat(ask(DatabaseKind.H2, "QUERY", query, "REQUEST", "x").body())
                    .contains("doQuery");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "'",
                    "\"",
                    "'; DROP TABLE rr.resource --",
                    "\\",
                    "%' OR '1'='1",
                    "\u0001",
                    "𝄞",
                    "?",
                    "$1",
                    "{d '2020'}"
                })
        void aTextIsNothingButAText(String text) throws Exception {
            for (DatabaseKind kind : SERVERS.keySet()) {
                String quoted = text.replace("'", "''");
                assertThat(csv(
                                kind,
                                "SELECT COUNT(*) AS n FROM rr.resource WHERE res_title = '" + quoted
                                        + "' OR res_title LIKE '" + quoted + "x' OR 1 = ivo_hasword(res_title, '"
                                        + quoted
                                        + "qq') OR 1 = ivo_hashlist_has(waveband, '" + quoted + "')"))
                        .as(kind + " " + text)
                        .isEqualTo("n\n0");
            }
        }
    }

    /** A record with coverage. */
    private static final class Sky {
        static final String RECORD = Fixture.record("ivo://Example.Planner/Sky", "Some sky")
                .replace("vo:Service", "vs:CatalogResource")
                .replace("xmlns:vo=", "xmlns:vs=\"http://www.ivoa.net/xml/VODataService/v1.1\" xmlns:vo=")
                .replace(
                        "</ri:Resource>",
                        "<coverage><spatial>0/0 4-5</spatial><temporal>50000 50010</temporal>"
                                + "<spectral>2e-19 6e-19</spectral></coverage></ri:Resource>");
    }
}
