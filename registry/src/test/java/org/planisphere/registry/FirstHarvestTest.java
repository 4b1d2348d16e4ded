package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.harvest.Harvester;
import org.planisphere.registry.harvest.Limits;
import org.planisphere.registry.publish.Web;
import org.planisphere.registry.regtap.Ingest;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Schemas;
import org.planisphere.registry.store.SourceRow;

/** While a registry is filled for the first time its relations have no indexes, and afterwards those they had. */
class FirstHarvestTest {
    private static final int RECORDS = 3100;
    private static final int PAGE = 500;

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void leavesTheIndexesToItsEnd(DatabaseKind kind) throws Exception {
        try (Fixture f = new Fixture(kind)) {
            Set<String> before = indexes(f.database);
            assertThat(before).hasSizeGreaterThan(24).anyMatch(index -> index.contains("res_role_ivoid"));
            Map<Integer, Set<String>> seen = new HashMap<>();
            Web source = (address, most) -> {
                String query = String.valueOf(address.getRawQuery());
                int from =
                        query.contains("Token=") ? Integer.parseInt(query.substring(query.indexOf("Token=") + 6)) : 0;
                seen.put(from, indexes(f.database));
                return answer(query, from).getBytes(StandardCharsets.UTF_8);
            };
            Harvester harvester = new Harvester(
                    f.registry.records(), source, Fixture.harvesting(Schemas.NONE, Limits.USUAL), f.clock);

            SourceRow row = harvester.harvest(URI.create("http://source.example/oai"));

            assertThat(row.message).isNull();
            assertThat(row.seen).isEqualTo(RECORDS);
            assertThat(seen.get(1000)).as("too few to be worth it").isEqualTo(before);
            assertThat(seen.get(2500)).as("the keys stay").hasSizeLessThan(3).noneMatch(i -> i.contains("_ivoid"));
            assertThat(indexes(f.database)).isEqualTo(before);

            seen.clear();
            row = harvester.harvest(URI.create("http://source.example/oai"), true, false);
            assertThat(row.seen).isEqualTo(RECORDS);
            assertThat(seen.values()).as("a harvest that brings nothing new").allMatch(before::equals);
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void whatAKilledHarvestLeftOutIsMadeAtTheNextStart(DatabaseKind kind) throws Exception {
        try (Fixture f = new Fixture(kind)) {
            Set<String> before = indexes(f.database);
            new Ingest(f.database).manyAreComing();
            assertThat(indexes(f.database)).hasSizeLessThan(3);

            f.reopen();

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(indexes(f.database)).isEqualTo(before));
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void whatCannotBeMadeAtItsEndIsTriedAgainByTheScheduleAndSaidUntilThen(DatabaseKind kind) throws Exception {
        URI url = URI.create("http://source.example/oai");
        try (Fixture f = new Fixture(kind)) {
            Set<String> before = indexes(f.database);
            Web source = (address, most) -> {
                String query = String.valueOf(address.getRawQuery());
                int from =
                        query.contains("Token=") ? Integer.parseInt(query.substring(query.indexOf("Token=") + 6)) : 0;
                if (from == 3000) {
                    execute(f.database, "ALTER TABLE rr.stc_spatial RENAME TO elsewhere");
                }
                return answer(query, from).getBytes(StandardCharsets.UTF_8);
            };

            SourceRow row = new Harvester(
                            f.registry.records(), source, Fixture.harvesting(Schemas.NONE, Limits.USUAL), f.clock)
                    .harvest(url);

            assertThat(row.seen).isEqualTo(RECORDS);
            assertThat(row.lastSuccess).isNotNull();
            assertThat(row.alarm).isFalse();
            assertThat(row.message).startsWith("queries by TAP are slow, as indexes could not be made");
            f.context.harvests().due();
            assertThat(f.context.harvests().sources().find(url.toString()).orElseThrow().message)
                    .isEqualTo(row.message);

            execute(f.database, "ALTER TABLE rr.elsewhere RENAME TO stc_spatial");
            f.context.harvests().due();

            assertThat(indexes(f.database)).isEqualTo(before);
            assertThat(f.context.harvests().sources().find(url.toString()).orElseThrow().message)
                    .isNull();
        }
    }

    private static void execute(Database database, String sql) {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String answer(String query, int from) {
        StringBuilder xml = new StringBuilder("<oai:OAI-PMH xmlns:oai=\"http://www.openarchives.org/OAI/2.0/\">"
                + "<oai:responseDate>" + Resource.stamp(java.time.Instant.EPOCH) + "</oai:responseDate>");
        if (query.contains("Identify")) {
            xml.append("<oai:Identify><oai:description><Resource><managedAuthority>source.org</managedAuthority>"
                    + "</Resource></oai:description></oai:Identify>");
        } else {
            xml.append("<oai:ListRecords>");
            for (int i = from; i < Math.min(RECORDS, from + PAGE); i++) {
                xml.append("<oai:record><oai:header><oai:identifier>ivo://source.org/r" + i
                        + "</oai:identifier></oai:header><oai:metadata>"
                        + Fixture.record("ivo://source.org/r" + i, "Record " + i) + "</oai:metadata></oai:record>");
            }
            if (from + PAGE < RECORDS) {
                xml.append("<oai:resumptionToken>" + (from + PAGE) + "</oai:resumptionToken>");
            }
            xml.append("</oai:ListRecords>");
        }
        return xml.append("</oai:OAI-PMH>").toString();
    }

    /** Each with its relation and columns. */
    private static Set<String> indexes(Database database) {
        String question = database.postgres()
                ? "SELECT indexdef FROM pg_indexes WHERE schemaname = 'rr'"
                : "SELECT LOWER(index_name || ' ' || table_name || ' ' || LISTAGG(column_name, ',') WITHIN GROUP"
                        + " (ORDER BY ordinal_position)) FROM information_schema.index_columns"
                        + " WHERE index_schema = 'RR' GROUP BY index_name, table_name";
        Set<String> all = new TreeSet<>();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(question)) {
            while (found.next()) {
                all.add(found.getString(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return all;
    }
}
