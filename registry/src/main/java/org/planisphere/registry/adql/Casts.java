package org.planisphere.registry.adql;

import java.util.Locale;
import org.planisphere.registry.adql.grammar.AdqlParser;

/**
 * Values made into another type.
 *
 * @see <a href="https://www.ivoa.net/documents/ADQL/">ADQL 2.1, section 4.6.1</a>
 */
final class Casts {
    private static final int LONGEST = 1_000_000;

    private Casts() {}

    static Expression cast(Expression value, AdqlParser.CastTargetContext target) throws Fault {
        String name = target.name(0).getText().toUpperCase(Locale.ROOT);
        if (target.name().size() == 2) {
            name += " " + target.name(1).getText().toUpperCase(Locale.ROOT);
        }
        int length = 0;
        if (target.INTEGER() != null) {
            length = (int) Math.min(LONGEST, Checker.rows(target.INTEGER().getText(), target));
            if (length == 0 || !name.endsWith("CHAR")) {
                throw Checker.at(target, "only CHAR and VARCHAR have a length, of 1 or more");
            }
        }
        if (value.type().shape() && value.type() != Type.MOC) {
            throw Checker.at(target, "a shape cannot be cast");
        }
        return switch (name) {
            case "CHAR", "VARCHAR" ->
                new Expression.Cast(value, value.type() == Type.TEXT ? Type.TEXT : Type.WORD, "VARCHAR", length);
            case "SMALLINT" -> new Expression.Cast(value, Type.INT, "SMALLINT", 0);
            case "INTEGER" -> new Expression.Cast(value, Type.INT, "INTEGER", 0);
            case "BIGINT" -> new Expression.Cast(value, Type.LONG, "BIGINT", 0);
            case "REAL" -> new Expression.Cast(value, Type.FLOAT, "REAL", 0);
            case "DOUBLE PRECISION" -> new Expression.Cast(value, Type.DOUBLE, "DOUBLE PRECISION", 0);
            case "TIMESTAMP" -> time(value, target);
            default ->
                throw Checker.at(
                        target,
                        "a cast is to CHAR, VARCHAR, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE PRECISION or TIMESTAMP");
        };
    }

    /** Times are texts to the second, so a longer one loses what is behind them. */
    private static Expression time(Expression value, AdqlParser.CastTargetContext at) throws Fault {
        Values.text(value, at);
        if (value instanceof Expression.Text text
                && !text.value().matches("[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?Z?)?")) {
            throw Checker.at(at, "a time looks like 2026-11-21 or 2026-11-21T06:00:00");
        }
        return new Expression.Cast(value, Type.TIME, "VARCHAR", 19);
    }
}
