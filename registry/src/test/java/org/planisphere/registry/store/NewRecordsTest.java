package org.planisphere.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.Column;
import java.lang.reflect.Field;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.resource.Ivoid;

/** Records written by the hundred are what the mapper would have written. */
class NewRecordsTest {
    private static final OffsetDateTime NOW =
            Instant.parse("2026-11-21T06:07:08Z").atOffset(ZoneOffset.UTC);

    private static RecordRow row(String ivoid, boolean everything) {
        RecordRow row = new RecordRow();
        row.ivoid = ivoid;
        row.identifier = ivoid.toUpperCase(java.util.Locale.ROOT);
        row.authority = "a.example";
        row.created = NOW.minusYears(3);
        row.updated = NOW;
        row.origin = RecordRow.HARVESTED;
        row.type = "vs:CatalogService";
        row.title = "Ünïcode \uD83D\uDD2D";
        row.record = "<r>" + "ä".repeat(5000) + "</r>";
        row.summary = "s".repeat(300);
        if (everything) {
            row.status = "inactive";
            row.managed = true;
            row.source = "https://source.example/oai";
            row.sourceRun = 7L;
            row.shortName = "short";
            row.description = "Of stars";
            row.faults = "/title: Missing.\n";
            row.capabilitiesUrl = "https://a.example/capabilities";
            row.availability = "up";
            row.checked = NOW.minusDays(1);
            row.stale = true;
        }
        return row;
    }

    /** Every column, times as instants. */
    private static Map<String, Object> columns(RecordRow row) throws IllegalAccessException {
        Map<String, Object> columns = new TreeMap<>();
        for (Field field : RecordRow.class.getFields()) {
            if (field.isAnnotationPresent(Column.class)) {
                Object value = field.get(row);
                columns.put(
                        field.getName(),
                        value instanceof OffsetDateTime time ? time.toInstant() : String.valueOf(value));
            }
        }
        columns.remove("revision");
        return columns;
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void everyColumnIsWritten(DatabaseKind kind) throws Exception {
        try (Database database = Database.open(kind.fresh(2));
                Records records = new Records(database)) {
            RecordRow full = row("ivo://a.example/full", true);
            RecordRow bare = row("ivo://a.example/bare", false);
            long revision = records.revision();

            boolean done = records.write(writing -> {
                List.of(full, bare).forEach(writing::touch);
                writing.add(List.of(full, bare));
                return true;
            });

            assertThat(done).isTrue();
            for (RecordRow row : List.of(full, bare)) {
                RecordRow found = records.find(new Ivoid(row.ivoid)).orElseThrow();
                assertThat(columns(found)).hasSize(21).isEqualTo(columns(row));
                assertThat(found.revision).isEqualTo(revision + 1);
            }
        }
    }
}
