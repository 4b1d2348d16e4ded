package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.adql.Column;
import org.planisphere.registry.adql.Table;
import org.planisphere.registry.regtap.Ingest;
import org.planisphere.registry.regtap.Relations;
import org.planisphere.registry.resource.Ivoid;

/** Records as rows of the relations. RegTAP 1.2 */
class RelationsTest {
    private static final String RECORD = """
            <ri:Resource xmlns:ri="http://www.ivoa.net/xml/RegistryInterface/v1.0"
                xmlns:res="http://www.ivoa.net/xml/VOResource/v1.0" xmlns:d="http://www.ivoa.net/xml/VODataService/v1.1"
                xmlns:t="http://www.ivoa.net/xml/TAPRegExt/v1.0"
                xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="d:CatalogService" status="active"
                created="2012-02-16T10:43:00.5Z" updated="2012-04-20T15:34:45">
              <validationLevel validatedBy="ivo://Some.Where/Registry">2</validationLevel>
              <title>  Bright
                 stars </title>
              <shortName>   </shortName>
              <identifier>ivo://Example.Planner/Stars</identifier>
              <altIdentifier>doi:10.5/ABC</altIdentifier>
              <curation>
                <publisher ivo-id="ivo://Example.Planner/Org">Example</publisher>
                <creator><name>Zola, É.</name><logo>http://x.example/z.png</logo>
                  <altIdentifier>orcid:0000-1</altIdentifier></creator>
                <creator><name>Adams, A.</name></creator>
                <contributor>Some One</contributor>
                <date role="creation">2008-02-22</date>
                <date role="Updated">2012-04-20T15:34:45Z</date>
                <version>10</version>
                <contact><name>Ops</name><address>Here 1</address><email>a@b.example</email>
                  <telephone>+1</telephone></contact>
              </curation>
              <content>
                <subject>Stars</subject><subject> </subject>
                <description>About stars.</description>
                <source format="BibCode">2012arXiv</source>
                <referenceURL>http://x.example/</referenceURL>
                <type>Catalog</type><type>Survey</type>
                <contentLevel>Research</contentLevel><contentLevel>Amateur</contentLevel>
                <relationship><relationshipType>served-by</relationshipType>
                  <relatedResource ivo-id="ivo://Example.Planner/TAP">TAP</relatedResource>
                  <relatedResource>Other</relatedResource></relationship>
              </content>
              <rights rightsURI="http://l.example/">First</rights><rights>Second</rights>
              <capability standardID="ivo://ivoa.net/std/VOSI#availability">
                <interface xsi:type="d:ParamHTTP"><accessURL use="full">http://x.example/A</accessURL></interface>
              </capability>
              <capability xsi:type="t:TableAccess" standardID="ivo://ivoa.net/std/TAP">
                <description>Ask</description>
                <interface xsi:type="d:ParamHTTP" role="STD" version="1.1">
                  <accessURL use="base">http://x.example/TAP</accessURL>
                  <mirrorURL>http://M.example/1</mirrorURL><mirrorURL>http://m.example/2</mirrorURL>
                  <securityMethod standardID="ivo://ivoa.net/sso#OpenID"/>
                  <queryType>GET</queryType><queryType>POST</queryType>
                  <param std="true" use="required"><name>QUERY</name><description>The query</description>
                    <ucd>Meta.Query</ucd><dataType arraysize="*">String</dataType></param>
                </interface>
                <interface xsi:type="res:WebBrowser"><accessURL use="full">http://x.example/b</accessURL></interface>
                <dataModel ivo-id="ivo://ivoa.net/std/ObsCore#core-1.1">ObsCore</dataModel>
                <language><name>ADQL</name></language>
              </capability>
              <facility>Big Eye</facility>
              <coverage>
                <spatial>4/50-51 60</spatial><temporal>50000 50010.5</temporal><spectral>1e-20 3e-19</spectral>
                <waveband>Optical</waveband><waveband>Infrared</waveband><regionOfRegard>0.5</regionOfRegard>
              </coverage>
              <tableset><schema><name>Main</name><utype>Fan:X</utype><table type="base_table"><name>Main.Stars</name>
                <column std="false"><name>RAJ2000</name><ucd>POS.eq.ra</ucd><unit>deg</unit>
                <dataType xsi:type="d:VOTableType">Double</dataType><flag>indexed</flag><flag>nullable</flag></column>
              </table></schema></tableset>
            </ri:Resource>
            """;

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void aRecordBecomesRows(DatabaseKind kind) throws Exception {
        try (Fixture fixture = new Fixture(kind)) {
            fixture.registry.publish(RECORD.getBytes(StandardCharsets.UTF_8), null, Fixture.PUBLISHER);
            String of = " WHERE ivoid = 'ivo://example.planner/stars'";

            assertThat(rows(
                            fixture,
                            "SELECT res_type, created, short_name, res_title, updated, content_level, creator_seq,"
                                    + " content_type, source_format, source_value, res_version, region_of_regard,"
                                    + " waveband, rights, rights_uri FROM rr.resource" + of))
                    .containsExactly("vs:catalogservice|2026-11-21T06:00:00|null|Bright stars|2026-11-21T06:00:00"
                            + "|research#amateur|Zola, É.; Adams, A.|catalog#survey|bibcode|2012arXiv|10|0.5"
                            + "|optical#infrared|First|http://l.example/");
            assertThat(rows(
                            fixture,
                            "SELECT base_role, role_name, role_ivoid, street_address, email, telephone, logo"
                                    + " FROM rr.res_role" + of))
                    .containsExactlyInAnyOrder(
                            "publisher|Example|ivo://example.planner/org|null|null|null|null",
                            "contributor|Some One|null|null|null|null|null",
                            "creator|Zola, É.|null|null|null|null|http://x.example/z.png",
                            "creator|Adams, A.|null|null|null|null|null",
                            "contact|Ops|null|Here 1|a@b.example|+1|null");
            assertThat(rows(fixture, "SELECT res_subject FROM rr.res_subject" + of))
                    .containsExactly("Stars");
            assertThat(rows(fixture, "SELECT cap_index, cap_type, standard_id FROM rr.capability" + of))
                    .containsExactlyInAnyOrder(
                            "1|null|ivo://ivoa.net/std/vosi#availability", "2|tr:tableaccess|ivo://ivoa.net/std/tap");
            assertThat(rows(
                            fixture,
                            "SELECT cap_index, intf_index, intf_type, intf_role, std_version, query_type, url_use,"
                                    + " access_url, mirror_url, authenticated_only FROM rr.interface" + of))
                    .containsExactlyInAnyOrder(
                            "1|1|vs:paramhttp|null|null|null|full|http://x.example/A|null|0",
                            "2|2|vs:paramhttp|std|1.1|get#post|base|http://x.example/TAP"
                                    + "|http://M.example/1#http://m.example/2|1",
                            "2|3|vr:webbrowser|null|null|null|full|http://x.example/b|null|0");
            assertThat(rows(
                            fixture,
                            "SELECT intf_index, name, ucd, std, datatype, arraysize, param_use" + " FROM rr.intf_param"
                                    + of))
                    .containsExactly("2|query|meta.query|1|string|*|required");
            assertThat(rows(fixture, "SELECT relationship_type, related_id, related_name FROM rr.relationship" + of))
                    .containsExactlyInAnyOrder("isservedby|ivo://example.planner/tap|TAP", "isservedby|null|Other");
            assertThat(rows(fixture, "SELECT date_value, value_role FROM rr.res_date" + of))
                    .containsExactlyInAnyOrder("2008-02-22T00:00:00|created", "2012-04-20T15:34:45|updated");
            assertThat(rows(fixture, "SELECT validated_by, val_level, cap_index FROM rr.validation" + of))
                    .containsExactly("ivo://some.where/registry|2|null");
            assertThat(rows(fixture, "SELECT alt_identifier FROM rr.alt_identifier" + of))
                    .containsExactlyInAnyOrder("doi:10.5/ABC", "orcid:0000-1");
            assertThat(rows(fixture, "SELECT cap_index, detail_xpath, detail_value FROM rr.res_detail" + of))
                    .containsExactlyInAnyOrder(
                            "null|/facility|Big Eye",
                            "null|/rights|First",
                            "null|/rights/@rightsURI|http://l.example/",
                            "null|/rights|Second",
                            "2|/capability/dataModel|ObsCore",
                            "2|/capability/dataModel/@ivo-id|ivo://ivoa.net/std/ObsCore#core-1.1",
                            "2|/capability/language/name|ADQL",
                            "2|/capability/interface/securityMethod/@standardID|ivo://ivoa.net/sso#OpenID");
            assertThat(rows(
                            fixture,
                            "SELECT schema_name, schema_utype, table_name, table_type, name, ucd, std,"
                                    + " datatype, type_system, flag FROM rr.res_schema NATURAL JOIN rr.res_table"
                                    + " NATURAL JOIN rr.table_column" + of.replace("ivoid", "res_schema.ivoid")))
                    .containsExactly("main|fan:x|Main.Stars|base_table|raj2000|pos.eq.ra|0|double|vs:votabletype"
                            + "|indexed#nullable");
            assertThat(rows(
                            fixture,
                            "SELECT coverage, time_start, time_end, spectral_start FROM rr.stc_spatial"
                                    + " NATURAL JOIN rr.stc_temporal NATURAL JOIN rr.stc_spectral"
                                    + of.replace("ivoid", "stc_spatial.ivoid")))
                    .containsExactly("4/50-51 60|50000.0|50010.5|1.0E-20");
            assertThat(rows(fixture, "SELECT COUNT(*) FROM rr.spatial_span" + of))
                    .containsExactly("2");
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void whatIsDeletedHasNoRows(DatabaseKind kind) throws Exception {
        try (Fixture fixture = new Fixture(kind)) {
            fixture.registry.publish(RECORD.getBytes(StandardCharsets.UTF_8), null, Fixture.PUBLISHER);
            fixture.registry.delete(new Ivoid("ivo://example.planner/stars"), Fixture.PUBLISHER);

            for (Table table : Relations.PUBLISHED.schemas().get(0).tables()) {
                if (table.kind().equals("table")) {
                    assertThat(rows(
                                    fixture,
                                    "SELECT ivoid FROM " + table.name()
                                            + " WHERE ivoid = 'ivo://example.planner/stars'"))
                            .as(table.name())
                            .isEmpty();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void aChangedRecordHasItsNewRowsOnly(DatabaseKind kind) throws Exception {
        try (Fixture fixture = new Fixture(kind)) {
            fixture.registry.publish(RECORD.getBytes(StandardCharsets.UTF_8), null, Fixture.PUBLISHER);
            fixture.registry.publish(
                    RECORD.replace("Stars</subject>", "Planets</subject>").getBytes(StandardCharsets.UTF_8),
                    null,
                    Fixture.PUBLISHER);

            assertThat(rows(
                            fixture,
                            "SELECT res_subject FROM rr.res_subject WHERE ivoid = 'ivo://example.planner/stars'"))
                    .containsExactly("Planets");
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void newRulesMakeEverythingAnew(DatabaseKind kind) throws Exception {
        try (Fixture fixture = new Fixture(kind)) {
            fixture.registry.publish(RECORD.getBytes(StandardCharsets.UTF_8), null, Fixture.PUBLISHER);
            List<String> before = rows(fixture, "SELECT ivoid, detail_xpath, detail_value FROM rr.res_detail");
            Ingest ingest = new Ingest(fixture.database);
            try (Connection connection = fixture.database.dataSource().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.executeUpdate("DELETE FROM rr.res_detail");
            }
            assertThat(ingest.bringUpToDate()).isZero();
            ingest.forget();

            assertThat(ingest.bringUpToDate()).isEqualTo(4);
            assertThat(rows(fixture, "SELECT ivoid, detail_xpath, detail_value FROM rr.res_detail"))
                    .containsExactlyInAnyOrderElementsOf(before);
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void theDatabaseHasWhatIsPublished(DatabaseKind kind) throws Exception {
        try (Fixture fixture = new Fixture(kind)) {
            for (Table table : Relations.PUBLISHED.tables().values()) {
                List<String> names =
                        table.columns().stream().map(Column::sqlName).toList();
                assertThat(rows(fixture, "SELECT " + String.join(", ", names) + " FROM " + table.name()))
                        .isNotNull();
            }
            assertThat(rows(fixture, "SELECT COUNT(*) FROM tap_schema.tables WHERE table_name LIKE 'rr.%'"))
                    .containsExactly("18");
            assertThat(rows(fixture, "SELECT utype FROM tap_schema.schemas WHERE schema_name = 'rr'"))
                    .containsExactly("ivo://ivoa.net/std/regtap#1.2");
            assertThat(rows(fixture, "SELECT unit FROM tap_schema.columns WHERE column_name = 'spectral_end'"))
                    .containsExactly("J");
        }
    }

    private static List<String> rows(Fixture fixture, String sql) throws SQLException {
        try (Connection connection = fixture.database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (found.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    Object value = found.getObject(i);
                    values.add(
                            value instanceof Number number && !(value instanceof Integer)
                                    ? value instanceof Double
                                            ? Double.toString(number.doubleValue())
                                            : number.toString()
                                    : String.valueOf(value));
                }
                rows.add(String.join("|", values));
            }
            return rows;
        }
    }
}
