package org.planisphere.planner.storage;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.EntityManagerFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseSettings;
import org.planisphere.planner.audit.Acts;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.ledger.store.LedgerSettings;
import org.planisphere.planner.ledger.store.SqlLedger;
import org.planisphere.planner.platform.FakePlatform;
import org.planisphere.planner.session.store.JpaSessions;
import org.planisphere.planner.staging.Shelf;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.storage.store.SqlKept;

/** The end of what is kept, by planners that come and go. */
class StoragesTest {
    private static final Amounts CAPACITY = new Amounts(8, 16384, 100_000, 0, 100);

    @TempDir
    Path root;

    @Test
    void nothingIsRemovedBeforeItsEndAndAllOfItAfterwardsByWhicheverPlannerIsThereThen() throws Exception {
        DatabaseSettings settings = new DatabaseSettings("jdbc:h2:file:" + root.resolve("db"), "", "", 4);
        UUID id = UUID.randomUUID();
        Account account = new Account("platform:alpha");
        Instant ends;
        try (Database database = Database.open(settings);
                SqlLedger ledger = new SqlLedger(database, LedgerSettings.usual());
                EntityManagerFactory managers = database.entityManagers("sessions", JpaSessions.ENTITIES)) {
            Instant now = ledger.now().truncatedTo(ChronoUnit.MICROS);
            ends = now.plus(Duration.ofDays(1));
            Window window = new Window(now, ends);
            List<Claim> claims = List.of(new Claim(account, CAPACITY, 100));
            Amounts amounts = new Amounts(0, 0, 1024, 0, 0);
            SqlKept store = new SqlKept(database.dataSource());
            Kept kept = new Kept(id, "iam|carl", "cat", "alpha", 1024, UUID.randomUUID(), now, ends);
            Outcome stored = ledger.append(new Proposal(
                            List.of(
                                    new Entry.Hold(new Reservation(
                                            id,
                                            UUID.randomUUID(),
                                            Reservation.State.HELD,
                                            window,
                                            amounts,
                                            claims,
                                            now.plusSeconds(300))),
                                    new Entry.Confirm(id, window)),
                            List.of(store.add(kept))))
                    .join();
            assertThat(stored).isInstanceOf(Outcome.Appended.class);
            fill(new WorkFolders(root.resolve("work")), id);
            Storages first = storages(database, ledger, managers);
            assertThat(first.sweep(ends.minusMillis(1))).isZero();
            assertThat(first.find("iam|carl", "alpha", "cat")).isPresent();
        }
        // The planner is away when the end comes.
        try (Database database = Database.open(settings);
                SqlLedger ledger = new SqlLedger(database, LedgerSettings.usual());
                EntityManagerFactory managers = database.entityManagers("sessions", JpaSessions.ENTITIES)) {
            Storages next = storages(database, ledger, managers);
            assertThat(new WorkFolders(root.resolve("work")).shelf().size(id)).hasValue(5);
            assertThat(ledger.view(List.of(account)).reservation(id)).isPresent();
            assertThat(next.sweep(ends)).isEqualTo(1);
            assertThat(new WorkFolders(root.resolve("work")).shelf().size(id)).isEmpty();
            assertThat(next.find("iam|carl", "alpha", "cat")).isEmpty();
            assertThat(ledger.view(List.of(account)).reservation(id)).isEmpty();
            assertThat(next.sweep(ends)).isZero();
        }
    }

    private Storages storages(Database database, SqlLedger ledger, EntityManagerFactory managers) {
        return new Storages(
                new SqlKept(database.dataSource()),
                new JpaSessions(managers, database.dataSource()),
                ledger,
                new WorkFolders(root.resolve("work")).shelf(),
                List.of(new FakePlatform("alpha", CAPACITY, Instant::now)),
                Acts.NONE);
    }

    private static void fill(WorkFolders folders, UUID id) throws Exception {
        WorkFolder folder = folders.of(UUID.randomUUID());
        folder.create();
        folder.lend(List.of(new Shelf.Lent(id, "cat", "cat", true, 1 << 20)));
        Files.writeString(folder.work().resolve("cat/a"), "hello");
        folder.collect(new WorkFolder.ResultLimits(10, 1 << 20));
    }
}
