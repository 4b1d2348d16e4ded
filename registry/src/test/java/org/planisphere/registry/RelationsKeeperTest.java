package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.regtap.Ingest;

/** Making the relations of many records anew does not keep a registry from starting. */
class RelationsKeeperTest {
    private static final int RECORDS = 450;

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void aRegistryStartsBeforeItsRelationsAreMadeAnewAndSaysHowFarItIs(DatabaseKind kind) throws Exception {
        try (Fixture f = new Fixture(kind, RegistryServer.freeBase(), 100)) {
            for (int i = 0; i < RECORDS; i++) {
                f.registry.publish(
                        Fixture.record("ivo://example.planner/r" + i, "Record " + i)
                                .getBytes(StandardCharsets.UTF_8),
                        null,
                        Fixture.PUBLISHER);
            }
            new Ingest(f.database).forget();
            try (Connection held = f.database.dataSource().getConnection();
                    Statement statement = held.createStatement()) {
                held.setAutoCommit(false);
                statement.executeUpdate("DELETE FROM rr.resource");
                held.commit();
                // Whoever makes the rows of this record waits for us.
                statement.executeQuery(
                        "SELECT ivoid FROM registry_record WHERE ivoid = 'ivo://example.planner/r99'" + " FOR UPDATE");

                f.reopen();

                RegistryServer server = new RegistryServer(f);
                for (String path : new String[] {"/availability", "/tap/availability"}) {
                    assertThat(availability(server, path))
                            .contains("<vosi:available>true</vosi:available>")
                            .contains("of " + (RECORDS + 3) + " records are done.");
                }
                assertThat(get(server, "/harvest", "text/html"))
                        .contains("<p role=\"status\">", "of " + (RECORDS + 3) + " records are done.");
                server.stop();
                assertThat(f.figures().get("planisphere_registry_relations_left{}"))
                        .isPositive();
                held.rollback();
                held.setAutoCommit(true);
            }
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(f.figures().get("planisphere_registry_relations_left{}"))
                            .isZero());
            RegistryServer server = new RegistryServer(f);
            assertThat(availability(server, "/availability")).doesNotContain("<vosi:note>");
            server.stop();
            try (Connection connection = f.database.dataSource().getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet found = statement.executeQuery("SELECT COUNT(*) FROM rr.resource")) {
                assertThat(found.next()).isTrue();
                assertThat(found.getInt(1)).isEqualTo(RECORDS + 3);
            }
        }
    }

    private static String availability(RegistryServer server, String path) throws Exception {
        return get(server, path, "*/*");
    }

    private static String get(RegistryServer server, String path, String accept) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(server.base() + path))
                                .header("Accept", accept)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
