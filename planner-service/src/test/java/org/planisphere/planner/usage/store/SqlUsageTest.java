package org.planisphere.planner.usage.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.store.LedgerSettings;
import org.planisphere.planner.ledger.store.SqlLedger;
import org.planisphere.planner.session.Cursor;
import org.planisphere.planner.usage.UsageFilter;
import org.planisphere.planner.usage.UsageRecord;

class SqlUsageTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00.123456Z");

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void recordsAreKeptOnceAndListedByOwnerGroupAndPage(DatabaseKind kind) {
        try (Database database = Database.open(kind.fresh(4));
                SqlLedger ledger = new SqlLedger(database, LedgerSettings.usual())) {
            SqlUsage usage = new SqlUsage(database.dataSource());
            UsageRecord full = record("iam|carl", "iam|survey", 0, NOW, 12.5);
            UsageRecord bare = record("iam|carl", null, 1, null, null);
            UsageRecord other = record("iam|anna", "iam|survey", 2, NOW, 1.0);
            for (UsageRecord one : List.of(full, bare, other, full)) {
                ledger.append(new Proposal(List.of(), usage.keep(one))).join();
            }

            assertThat(list(usage, "iam|carl", null, 10, null)).containsExactly(bare, full);
            assertThat(list(usage, null, "iam|survey", 10, null)).containsExactly(other, full);
            List<UsageRecord> first = list(usage, null, null, 2, null);
            assertThat(first).containsExactly(other, bare);
            assertThat(list(usage, null, null, 2, new Cursor(bare.ended(), bare.session())))
                    .containsExactly(full);
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void whatEndedInOneInstantIsReadPageByPageAndOnce(DatabaseKind kind) {
        try (Database database = Database.open(kind.fresh(4));
                SqlLedger ledger = new SqlLedger(database, LedgerSettings.usual())) {
            SqlUsage usage = new SqlUsage(database.dataSource());
            List<UsageRecord> kept = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                kept.add(record("iam|carl", "iam|survey", i < 5 ? 0 : i, NOW, 1.0));
                ledger.append(new Proposal(List.of(), usage.keep(kept.get(i)))).join();
            }

            List<UsageRecord> read = new ArrayList<>();
            List<UsageRecord> page = usage.endedSince(NOW, null, 2);
            while (!page.isEmpty()) {
                assertThat(page).hasSizeLessThanOrEqualTo(2);
                read.addAll(page);
                UsageRecord last = page.get(page.size() - 1);
                page = usage.endedSince(last.ended(), last.session(), 2);
            }

            assertThat(read).containsExactlyInAnyOrderElementsOf(kept);
            assertThat(read).isSortedAccordingTo(Comparator.comparing(UsageRecord::ended));
            assertThat(usage.endedSince(NOW.plusSeconds(5), null, 10)).containsExactlyElementsOf(kept.subList(5, 7));
        }
    }

    private static List<UsageRecord> list(
            SqlUsage usage, @Nullable String owner, @Nullable String group, int limit, @Nullable Cursor after) {
        return usage.list(new UsageFilter(owner, group, null, NOW.plusSeconds(100), limit, after));
    }

    private static UsageRecord record(
            String owner, @Nullable String group, int second, @Nullable Instant began, @Nullable Double cpu) {
        return new UsageRecord(
                UUID.randomUUID(),
                owner,
                group == null ? null : "survey",
                group,
                group == null ? null : "1",
                "alpha",
                "process",
                cpu == null ? null : "=name",
                "COMPLETED",
                NOW.minusSeconds(60),
                began,
                NOW.plusSeconds(second),
                new Amounts(2, 2048, 1024, 0, 1),
                began == null ? 0 : 60.25,
                cpu,
                cpu == null ? null : 1_000_000L,
                cpu == null ? null : 5_000L,
                cpu == null ? null : 7_000L,
                "https://www.purl.org/planisphere/costs/money/EUR",
                0.25,
                0.125);
    }
}
