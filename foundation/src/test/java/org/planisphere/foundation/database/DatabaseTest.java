package org.planisphere.foundation.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DatabaseTest {
    /** An account as the object mapper sees it. */
    @Entity(name = "AccountRow")
    @Table(name = "ledger_account")
    public static class AccountRow {
        @Id
        @Column(name = "account")
        public String account;
    }

    @ParameterizedTest
    @EnumSource
    void theSchemaIsThereAndTheObjectMapperReadsIt(DatabaseKind kind) throws SQLException {
        try (Database database = Database.open(kind.fresh(2))) {
            assertThat(database.answers(Duration.ofSeconds(2))).isTrue();
            assertThat(database.postgres()).isEqualTo(kind == DatabaseKind.POSTGRESQL);
            try (EntityManagerFactory factory = database.entityManagers("test", List.of(AccountRow.class));
                    EntityManager manager = factory.createEntityManager()) {
                manager.getTransaction().begin();
                AccountRow row = new AccountRow();
                row.account = "platform:alpha";
                manager.persist(row);
                manager.getTransaction().commit();
                assertThat(manager.createQuery("SELECT a.account FROM AccountRow a", String.class)
                                .getResultList())
                        .containsExactly("platform:alpha");
            }
            try (Connection connection = database.dataSource().getConnection()) {
                database.sync(connection);
            }
        }
    }

    @Test
    void aFolderThatAnotherProcessHasIsNamed(@TempDir Path folder) throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process other = new ProcessBuilder(
                        java.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DatabaseTest.class.getName(),
                        folder.resolve("planisphere").toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(other.getInputStream().read()).isEqualTo('o');
            assertThatThrownBy(() -> Database.open(
                            new DatabaseSettings("jdbc:h2:file:" + folder.resolve("planisphere"), "", "", 2)))
                    .isInstanceOf(DatabaseUnavailable.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("in use by another process");
        } finally {
            other.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        // What the other had committed when it was killed is there.
        try (Database database = Database.open(
                        new DatabaseSettings("jdbc:h2:file:" + folder.resolve("planisphere"), "", "", 2));
                Connection connection = database.dataSource().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT account FROM ledger_account")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("committed");
        }
    }

    /** The other process: commits a row, says so, and waits to be killed. */
    public static void main(String[] arguments) throws Exception {
        Database database = Database.open(new DatabaseSettings("jdbc:h2:file:" + arguments[0], "", "", 2));
        try (Connection connection = database.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("INSERT INTO ledger_account (account) VALUES ('committed')");
        }
        System.out.print("ok");
        System.out.flush();
        Thread.currentThread().join();
    }

    @Test
    void aDatabaseThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> Database.open(
                        new DatabaseSettings("jdbc:postgresql://127.0.0.1:1/nowhere", "nobody", "secret", 2)))
                .isInstanceOf(DatabaseUnavailable.class)
                .hasMessageContaining("jdbc:postgresql://127.0.0.1:1/nowhere")
                .hasMessageNotContaining("secret");
    }
}
