package org.planisphere.foundation.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FullDiskTest {
    @Test
    void aDatabaseInAFileWorksAgainWhenItsDiskHasRoomAgain() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(16)) {
            assumeTrue(disk != null, "only root may mount a small file system");
            DatabaseSettings settings =
                    new DatabaseSettings("jdbc:h2:file:" + disk.folder().resolve("planisphere"), "planisphere", "", 4);
            try (Database database = Database.open(settings)) {
                write(database, "CREATE TABLE paper (text VARCHAR)");
                disk.fill();
                assertThatThrownBy(() -> {
                            for (int i = 0; i < 100; i++) {
                                write(database, "INSERT INTO paper VALUES (SPACE(100000) || RANDOM_UUID())");
                            }
                        })
                        .isInstanceOf(SQLException.class);
                disk.free();
                await().atMost(Duration.ofSeconds(30)).until(() -> database.answers(Duration.ofSeconds(1)));
                write(database, "INSERT INTO paper VALUES ('after')");
                assertThat(count(database)).isEqualTo(1);
            }
        }
    }

    private static void write(Database database, String sql) throws SQLException {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int count(Database database) throws SQLException {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT COUNT(*) FROM paper WHERE text = 'after'")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
