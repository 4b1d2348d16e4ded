package org.planisphere.registry.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.Fixture;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.store.RecordRow;
import org.planisphere.registry.store.Records;

/** An index that follows the changes finds what one finds that has read everything. */
class SearchIndexTest {
    private static final Instant NOW = Instant.parse("2026-11-21T06:00:00Z");

    private static void fill(RecordRow row, String ivoid, String title) {
        try {
            row.fill(Resource.read(Fixture.record(ivoid, title)), NOW);
        } catch (Resource.Unusable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void change(Records records, int number, int act) {
        String ivoid = "ivo://a.example/r" + number;
        RecordRow changed = records.change(new Ivoid(ivoid), row -> {
            if (act == 0 && !row.ivoid.isEmpty()) {
                row.bury(NOW);
            } else {
                fill(row, ivoid, "word" + act);
            }
        });
        assertThat(changed.ivoid).isEqualTo(ivoid);
    }

    /** Each step is of one of two nodes: it changes a record, buries it, looks, or brings a page of records. */
    @Property(tries = 15)
    void whoeverChangesRecordsTheyAreFoundAsTheyAre(
            @ForAll @Size(max = 25) List<@IntRange(min = 0, max = 1000) Integer> steps) {
        try (Database database = Database.open(DatabaseKind.H2.fresh(3));
                Records here = new Records(database);
                Records there = new Records(database)) {
            SearchIndex index = new SearchIndex(here);
            int made = 100;
            for (int step : steps) {
                Records node = step % 3 == 0 ? there : here;
                switch (step / 3 % 4) {
                    case 0 -> index.refresh();
                    case 1 -> {
                        int first = made;
                        made += 3;
                        boolean done = node.write(writing -> {
                            List<RecordRow> page = new java.util.ArrayList<>();
                            for (int i = 0; i < 3; i++) {
                                RecordRow row = new RecordRow();
                                fill(row, "ivo://a.example/r" + (first + i), "word" + i);
                                writing.touch(row);
                                page.add(row);
                            }
                            writing.add(page);
                            return true;
                        });
                        assertThat(done).isTrue();
                    }
                    default -> change(node, step % 5, step % 4);
                }
            }
            SearchIndex fresh = new SearchIndex(there);
            for (String word : List.of("word0", "word1", "word2", "word3", "example")) {
                Wanted wanted = Wanted.ALL.withText(word);
                assertThat(index.search(wanted)).as(word).isEqualTo(fresh.search(wanted));
            }
            assertThat(index.size()).isEqualTo(fresh.size());
        }
    }

    @Test
    void whatWasNotCommittedIsNotFound() {
        try (Database database = Database.open(DatabaseKind.H2.fresh(2));
                Records records = new Records(database)) {
            SearchIndex index = new SearchIndex(records);
            try {
                var unused = records.change(new Ivoid("ivo://a.example/r1"), row -> {
                    fill(row, "ivo://a.example/r1", "word1");
                    throw new IllegalArgumentException("thought better of it");
                });
            } catch (IllegalArgumentException expected) {
                // as it was asked
            }
            assertThat(index.search(Wanted.ALL)).isEmpty();
            change(records, 2, 2);
            assertThat(index.search(Wanted.ALL)).hasSize(1);
        }
    }
}
