package org.planisphere.registry.adql;

import java.util.List;
import org.planisphere.registry.sky.Moc;

/** A condition of a checked query: true, false or unknown. */
sealed interface Condition {
    record All(List<Condition> parts) implements Condition {}

    record Any(List<Condition> parts) implements Condition {}

    record Not(Condition part) implements Condition {}

    /** @param sign one of {@code = <> < > <= >=} */
    record Compare(Expression left, String sign, Expression right) implements Condition {}

    record Between(Expression value, boolean not, Expression low, Expression high) implements Condition {}

    record Among(Expression value, boolean not, List<Expression> values) implements Condition {}

    record In(Expression value, boolean not, Query query) implements Condition {}

    record Like(Expression value, boolean not, boolean anyCase, Expression pattern) implements Condition {}

    record IsNothing(Expression value, boolean not) implements Condition {}

    record Exists(Query query) implements Condition {}

    /** Every one of these words is in the text, in any case; words are letters and digits, lower case. */
    record HasWords(Expression text, List<String> words) implements Condition {}

    /** The second is one of the parts of the first, in any case. */
    record HasPart(Expression list, Expression part) implements Condition {}

    /** Neither span ends before it begins or before the other begins. */
    record Overlap(Expression low, Expression high, Expression otherLow, Expression otherHigh) implements Condition {}

    /** How a coverage and an area lie. */
    enum Lie {
        /** The area is within the coverage. */
        AREA_IN_COVERAGE,
        COVERAGE_IN_AREA,
        OVERLAP
    }

    record Sky(Lie lie, Expression.ColumnOf coverage, Moc area) implements Condition {}
}
