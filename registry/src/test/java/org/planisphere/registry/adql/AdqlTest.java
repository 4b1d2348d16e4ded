package org.planisphere.registry.adql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.registry.regtap.Relations;

/** Reading queries, whatever they are. */
class AdqlTest {
    private static final List<String> SEEDS = List.of(
            "SELECT TOP 5 r.ivoid AS x, COUNT(*) FROM rr.resource AS r NATURAL JOIN rr.capability WHERE"
                    + " res_title LIKE 'a%''b' AND NOT (created BETWEEN '2020' AND '2021' OR cap_index IN (1, 2.5e3))"
                    + " GROUP BY r.ivoid HAVING COUNT(*) > 1 ORDER BY 2 DESC OFFSET 3",
            "WITH a(b) AS (SELECT ivoid FROM rr.interface) SELECT b || 'x' FROM a UNION SELECT ivoid FROM rr.res_date",
            "SELECT CAST(val_level AS VARCHAR(3)), -ABS(val_level) * 2 / 3 FROM rr.validation v WHERE EXISTS"
                    + " (SELECT 1 FROM rr.resource q WHERE q.ivoid = v.ivoid) -- so",
            "SELECT ivoid FROM rr.stc_spatial WHERE 1=CONTAINS(CIRCLE(1, 2, 3), coverage)"
                    + " AND 1=ivo_hasword(ivoid, 'x y') AND COALESCE(coverage, '') <> \"ref_system_name\"");

    private final Adql adql = new Adql(Relations.PUBLISHED);

    @Test
    void noTextDoesAnythingButAnswerOrBeRefused() {
        Random random = new Random(20261121);
        int read = 0;
        for (int i = 0; i < 6000; i++) {
            String query = changed(SEEDS.get(i % SEEDS.size()), random, i % 7);
            try {
                Statement statement = adql.read(query, i % 2 == 0, 100);
                read++;
                assertThat(statement.sql()).startsWith("SELECT ").doesNotContain(";", "--", "/*");
                assertThat(statement.sql().chars().filter(c -> c == '?').count())
                        .isEqualTo(statement.parameters().size());
            } catch (Fault fault) {
                assertThat(fault.line()).isPositive();
                assertThat(fault.column()).isPositive();
            }
        }
        assertThat(read).isGreaterThan(500);
    }

    /** Letters and words changed, doubled, left out and moved. */
    private static String changed(String query, Random random, int times) {
        StringBuilder text = new StringBuilder(query);
        String other = "()'\",.*;-+/%_0aE \n\\\u0000é𝄞[]{}?:SELECT";
        for (int i = 0; i < times && text.length() > 2; i++) {
            int at = random.nextInt(text.length() - 1);
            int end = Math.min(text.length(), at + 1 + random.nextInt(8));
            switch (random.nextInt(4)) {
                case 0 -> text.delete(at, end);
                case 1 -> text.insert(at, text.substring(at, end));
                case 2 -> text.setCharAt(at, other.charAt(random.nextInt(other.length())));
                default -> text.insert(random.nextInt(text.length()), text.substring(at, end));
            }
        }
        return text.toString();
    }

    @ParameterizedTest(name = "{0} and on")
    @ValueSource(strings = {"(", "((((1)))) + ", "NOT ", "- ", "1 + ", "SELECT (", "'", "\"", "a.", "1 AND ", "-- "})
    void whatIsEndlessIsRefusedSoon(String piece) {
        String query = "SELECT ivoid FROM rr.resource WHERE " + piece.repeat(90_000 / piece.length());

        assertThat(catchThrowableOfType(Fault.class, () -> adql.read(query, true, 10)))
                .isNotNull();
    }

    @Test
    void theTextsOfAQueryAreParametersAndNothingElse() throws Fault {
        Statement statement = adql.read(
                "SELECT ivoid AS \"a\"\"; DROP TABLE x\" FROM rr.resource AS \"t; --\" WHERE ivoid = 'it''s; --'",
                true,
                10);

        assertThat(statement.sql())
                .isEqualTo("SELECT t1.ivoid AS c1 FROM rr.resource AS t1 WHERE t1.ivoid = CAST(? AS VARCHAR)"
                        + " FETCH FIRST 10 ROWS ONLY");
        assertThat(statement.parameters()).containsExactly("it's; --");
        assertThat(statement.columns()).extracting(Statement.Result::name).containsExactly("a\"; DROP TABLE x");
    }

    @Test
    void whatWithNamesCannotGrowBeyondMeasure() {
        StringBuilder query = new StringBuilder("WITH q0 AS (SELECT ivoid FROM rr.resource)");
        for (int i = 1; i < 20; i++) {
            query.append(", q").append(i).append(" AS (SELECT a.ivoid FROM q").append(i - 1);
            query.append(" a JOIN q").append(i - 1).append(" b ON a.ivoid = b.ivoid)");
        }

        assertThat(catchThrowableOfType(Fault.class, () -> adql.read(query + " SELECT ivoid FROM q19", true, 10)))
                .hasMessageContaining("more than 60 tables");
    }
}
