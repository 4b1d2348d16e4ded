package org.planisphere.planner.session.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseKind;

class SqlSharedWithTest {
    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void whatIsSharedIsSharedOnceAndUntilItIsNot(DatabaseKind kind) throws Exception {
        try (Database database = Database.open(kind.fresh(8))) {
            SqlSharedWith shared = new SqlSharedWith(database.dataSource());
            UUID mine = UUID.randomUUID();
            UUID other = UUID.randomUUID();
            ExecutorService threads = Executors.newFixedThreadPool(6);
            CountDownLatch begin = new CountDownLatch(1);
            for (int i = 0; i < 6; i++) {
                threads.submit(() -> {
                    begin.await();
                    shared.add(mine, "iam|astro");
                    return null;
                });
            }
            begin.countDown();
            threads.shutdown();
            assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            shared.add(mine, "iam|staff");
            shared.add(other, "egi|astro");

            assertThat(shared.of(List.of(mine))).containsExactlyInAnyOrder("iam|astro", "iam|staff");
            assertThat(shared.of(List.of(mine, other))).contains("egi|astro");
            assertThat(shared.of(List.of())).isEmpty();
            shared.remove(mine, "iam|astro");
            assertThat(shared.of(List.of(mine))).containsExactly("iam|staff");
            assertThat(shared.sweep()).as("neither is there any more").isEqualTo(2);
            assertThat(shared.of(List.of(mine, other))).isEmpty();
        }
    }
}
