package org.planisphere.registry.adql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.sky.Moc;

/**
 * Writes a checked query as SQL. Names are those of the published tables or made here, numbers are written from their
 * values, and every text is a parameter. For one query.
 */
final class SqlWriter {
    /** No character of a pattern has a meaning of its own but % and _. */
    private static final String NO_ESCAPE = " ESCAPE ''";

    private final boolean postgres;
    private final StringBuilder sql = new StringBuilder();
    private final List<String> parameters = new ArrayList<>();

    SqlWriter(boolean postgres) {
        this.postgres = postgres;
    }

    Statement statement(Query query, long most) {
        query(query, most);
        return new Statement(
                sql.toString(),
                parameters,
                query.columns().stream()
                        .map(column -> new Statement.Result(column.name().text(), column.type(), column.origin()))
                        .toList());
    }

    private void query(Query query, @Nullable Long most) {
        Long top = null;
        if (query.body() instanceof Query.Select select) {
            top = select.top();
            select(select);
        } else if (query.body() instanceof Query.Sets sets) {
            sets(sets, query.columns().size());
        }
        for (int i = 0; i < query.order().size(); i++) {
            Query.Order order = query.order().get(i);
            sql.append(i == 0 ? " ORDER BY " : ", ");
            if (order.value() == null) {
                sql.append('c').append(order.column() + 1);
            } else {
                value(order.value());
            }
            sql.append(order.descending() ? " DESC" : " ASC");
        }
        if (query.offset() > 0) {
            sql.append(" OFFSET ").append(query.offset()).append(" ROWS");
        }
        if (top != null || most != null) {
            long rows = Math.min(top == null ? Long.MAX_VALUE : top, most == null ? Long.MAX_VALUE : most);
            sql.append(" FETCH FIRST ").append(rows).append(" ROWS ONLY");
        }
    }

    private void select(Query.Select select) {
        sql.append(select.distinct() ? "SELECT DISTINCT " : "SELECT ");
        for (int i = 0; i < select.values().size(); i++) {
            sql.append(i == 0 ? "" : ", ");
            value(select.values().get(i));
            sql.append(" AS c").append(i + 1);
        }
        for (int i = 0; i < select.from().size(); i++) {
            sql.append(i == 0 ? " FROM " : ", ");
            from(select.from().get(i));
        }
        if (select.where() != null) {
            sql.append(" WHERE ");
            condition(select.where());
        }
        for (int i = 0; i < select.group().size(); i++) {
            sql.append(i == 0 ? " GROUP BY " : ", ");
            group(select.group().get(i), select.values());
        }
        if (select.having() != null) {
            sql.append(" HAVING ");
            condition(select.having());
        }
    }

    /**
     * What is not a column is meant by its place in the answer: a text in it is another parameter there, and the database
     * would not know that both are the same. A number alone would be taken for a place.
     */
    private void group(Expression value, List<Expression> answers) {
        int at = value instanceof Expression.ColumnOf ? -1 : answers.indexOf(value);
        if (at >= 0) {
            sql.append(postgres ? "" : "c").append(at + 1);
        } else if (value instanceof Expression.Number) {
            sql.append("CAST(");
            value(value);
            sql.append(" AS DOUBLE PRECISION)");
        } else {
            value(value);
        }
    }

    private void sets(Query.Sets sets, int columns) {
        sql.append("SELECT ");
        for (int i = 1; i <= columns; i++) {
            sql.append(i == 1 ? "" : ", ").append('c').append(i);
        }
        sql.append(" FROM (");
        for (int i = 0; i < sets.parts().size(); i++) {
            if (i > 0) {
                sql.append(' ').append(sets.signs().get(i - 1)).append(' ');
            }
            sql.append('(');
            query(sets.parts().get(i), null);
            sql.append(')');
        }
        sql.append(") AS q");
    }

    private void from(Query.From from) {
        if (from instanceof Query.OfTable table) {
            sql.append(table.table().name()).append(" AS t").append(table.source());
        } else if (from instanceof Query.OfQuery query) {
            sql.append('(');
            query(query.query(), null);
            sql.append(") AS t").append(query.source());
        } else if (from instanceof Query.Join join) {
            from(join.left());
            sql.append(' ').append(join.kind()).append(" JOIN ");
            boolean nested = join.right() instanceof Query.Join;
            sql.append(nested ? "(" : "");
            from(join.right());
            sql.append(nested ? ")" : "");
            if (join.on() != null) {
                sql.append(" ON ");
                condition(join.on());
            }
        }
    }

    // -- values -----------------------------------------------------------------------------------------------------

    private void value(Expression value) {
        if (value instanceof Expression.ColumnOf column) {
            sql.append('t').append(column.source()).append('.').append(column.sqlName());
        } else if (value instanceof Expression.Text text) {
            parameter(text.value());
        } else if (value instanceof Expression.Number number) {
            sql.append(number.digits().startsWith("-") ? "(" + number.digits() + ")" : number.digits());
        } else if (value instanceof Expression.Nothing) {
            sql.append("CAST(NULL AS VARCHAR)");
        } else if (value instanceof Expression.Chain chain) {
            sql.append('(');
            for (int i = 0; i < chain.operands().size(); i++) {
                sql.append(i == 0 ? "" : " " + chain.signs().get(i - 1) + " ");
                operand(chain.operands().get(i), chain.type());
            }
            sql.append(')');
        } else if (value instanceof Expression.Negative negative) {
            sql.append("(- ");
            operand(negative.operand(), Type.DOUBLE);
            sql.append(')');
        } else if (value instanceof Expression.Cast cast) {
            sql.append(cast.length() > 0 ? "SUBSTRING(CAST(" : "CAST(");
            value(cast.operand());
            sql.append(" AS ").append(cast.sqlType()).append(')');
            sql.append(cast.length() > 0 ? " FROM 1 FOR " + cast.length() + ")" : "");
        } else if (value instanceof Expression.Call call) {
            call(call);
        } else if (value instanceof Expression.Aggregate aggregate) {
            aggregate(aggregate);
        } else if (value instanceof Expression.Holds holds) {
            sql.append("CASE WHEN ");
            condition(holds.condition());
            sql.append(" THEN 1 ELSE 0 END");
        } else if (value instanceof Expression.Scalar scalar) {
            sql.append('(');
            query(scalar.query(), null);
            sql.append(')');
        } else {
            throw new IllegalStateException("a shape is no value of the database");
        }
    }

    /** NULL among numbers is a number. */
    private void operand(Expression value, Type type) {
        if (value instanceof Expression.Nothing && type.number()) {
            sql.append("CAST(NULL AS DOUBLE PRECISION)");
        } else {
            value(value);
        }
    }

    private void parameter(String text) {
        sql.append("CAST(? AS VARCHAR)");
        parameters.add(text);
    }

    private void call(Expression.Call call) {
        if (call.function() == Values.COALESCE) {
            sql.append("COALESCE(");
            for (int i = 0; i < call.arguments().size(); i++) {
                sql.append(i == 0 ? "" : ", ");
                operand(call.arguments().get(i), call.type());
            }
            sql.append(')');
            return;
        }
        String form = postgres ? call.function().postgres() : call.function().h2();
        int at = 0;
        for (int open = form.indexOf('{'); open >= 0; open = form.indexOf('{', at)) {
            sql.append(form, at, open);
            int argument = form.charAt(open + 1) - '0';
            operand(
                    call.arguments().get(argument),
                    call.function().takes().charAt(argument) == 'T' ? Type.TEXT : Type.DOUBLE);
            at = open + 3;
        }
        sql.append(form, at, form.length());
    }

    private void aggregate(Expression.Aggregate aggregate) {
        String distinct = aggregate.distinct() ? "DISTINCT " : "";
        if (aggregate.name().equals("IVO_STRING_AGG")) {
            sql.append("COALESCE(STRING_AGG(").append(distinct).append("CAST(");
            value(aggregate.arguments().get(0));
            sql.append(" AS VARCHAR), ");
            value(aggregate.arguments().get(1));
            sql.append("), '')");
            return;
        }
        boolean cast = aggregate.name().equals("SUM") || aggregate.name().equals("AVG");
        sql.append(cast ? "CAST(" : "").append(aggregate.name()).append('(').append(distinct);
        if (aggregate.arguments().isEmpty()) {
            sql.append('*');
        } else {
            operand(aggregate.arguments().get(0), cast ? Type.DOUBLE : Type.TEXT);
        }
        sql.append(')');
        if (cast) {
            sql.append(aggregate.type() == Type.LONG ? " AS BIGINT)" : " AS DOUBLE PRECISION)");
        }
    }

    // -- conditions -------------------------------------------------------------------------------------------------

    private void condition(Condition condition) {
        if (condition instanceof Condition.All all) {
            joined(all.parts(), " AND ", "1 = 1");
        } else if (condition instanceof Condition.Any any) {
            joined(any.parts(), " OR ", "1 = 0");
        } else if (condition instanceof Condition.Not not) {
            sql.append("NOT (");
            condition(not.part());
            sql.append(')');
        } else if (condition instanceof Condition.Compare compare) {
            typed(compare.left(), compare.right());
            sql.append(' ').append(compare.sign()).append(' ');
            typed(compare.right(), compare.left());
        } else if (condition instanceof Condition.Between between) {
            typed(between.value(), between.low());
            sql.append(between.not() ? " NOT BETWEEN " : " BETWEEN ");
            typed(between.low(), between.value());
            sql.append(" AND ");
            typed(between.high(), between.value());
        } else if (condition instanceof Condition.Among among) {
            value(among.value());
            sql.append(among.not() ? " NOT IN (" : " IN (");
            for (int i = 0; i < among.values().size(); i++) {
                sql.append(i == 0 ? "" : ", ");
                typed(among.values().get(i), among.value());
            }
            sql.append(')');
        } else if (condition instanceof Condition.In in) {
            value(in.value());
            sql.append(in.not() ? " NOT IN (" : " IN (");
            query(in.query(), null);
            sql.append(')');
        } else if (condition instanceof Condition.Like like) {
            like(like);
        } else if (condition instanceof Condition.IsNothing nothing) {
            value(nothing.value());
            sql.append(nothing.not() ? " IS NOT NULL" : " IS NULL");
        } else if (condition instanceof Condition.Exists exists) {
            sql.append("EXISTS (");
            query(exists.query(), null);
            sql.append(')');
        } else if (condition instanceof Condition.HasWords words) {
            words(words);
        } else if (condition instanceof Condition.HasPart part) {
            sql.append("POSITION(('#' || LOWER(");
            value(part.part());
            sql.append(") || '#') IN ('#' || LOWER(");
            value(part.list());
            sql.append(") || '#')) > 0");
        } else if (condition instanceof Condition.Overlap overlap) {
            overlap(overlap);
        } else if (condition instanceof Condition.Sky sky) {
            sky(sky);
        }
    }

    private void typed(Expression value, Expression other) {
        operand(value, other.type());
    }

    private void joined(List<Condition> parts, String between, String none) {
        if (parts.isEmpty()) {
            sql.append(none);
            return;
        }
        sql.append('(');
        for (int i = 0; i < parts.size(); i++) {
            sql.append(i == 0 ? "" : between);
            condition(parts.get(i));
        }
        sql.append(')');
    }

    private void like(Condition.Like like) {
        String open = like.anyCase() ? "LOWER(" : "";
        String close = like.anyCase() ? ")" : "";
        sql.append(open);
        value(like.value());
        sql.append(close).append(like.not() ? " NOT LIKE " : " LIKE ").append(open);
        value(like.pattern());
        sql.append(close).append(NO_ESCAPE);
    }

    /** A quick look for the letters first, as whole words are slow to look for. */
    private void words(Condition.HasWords words) {
        if (words.words().isEmpty()) {
            sql.append("1 = 0");
            return;
        }
        sql.append('(');
        for (int i = 0; i < words.words().size(); i++) {
            String word = words.words().get(i).toLowerCase(Locale.ROOT);
            sql.append(i == 0 ? "LOWER(" : " AND LOWER(");
            value(words.text());
            sql.append(") LIKE ");
            parameter("%" + word + "%");
            sql.append(NO_ESCAPE).append(postgres ? " AND LOWER(" : " AND REGEXP_LIKE(LOWER(");
            value(words.text());
            sql.append(postgres ? ") ~ " : "), ");
            String other = postgres ? "[^[:alpha:]]" : "[^\\p{L}]";
            parameter("(^|" + other + ")" + word + "($|" + other + ")");
            sql.append(postgres ? "" : ")");
        }
        sql.append(')');
    }

    private void overlap(Condition.Overlap overlap) {
        Expression[][] orders = {
            {overlap.low(), overlap.high()},
            {overlap.otherLow(), overlap.otherHigh()},
            {overlap.otherLow(), overlap.high()},
            {overlap.low(), overlap.otherHigh()}
        };
        sql.append('(');
        for (int i = 0; i < orders.length; i++) {
            sql.append(i == 0 ? "" : " AND ");
            operand(orders[i][0], Type.DOUBLE);
            sql.append(" <= ");
            operand(orders[i][1], Type.DOUBLE);
        }
        sql.append(')');
    }

    /** By the spans of pixels that are kept of every coverage. */
    private void sky(Condition.Sky sky) {
        String kept = "SELECT 1 FROM rr.spatial_span s WHERE s.ivoid = t"
                + sky.coverage().source() + ".ivoid";
        if (sky.area().spans().isEmpty()) {
            sql.append("1 = 0");
            return;
        }
        StringBuilder values = new StringBuilder("SELECT 1 FROM (VALUES ");
        for (Moc.Span span : sky.area().spans()) {
            values.append(values.charAt(values.length() - 1) == ')' ? ", (" : "(");
            values.append("CAST(").append(span.first()).append(" AS BIGINT), CAST(");
            values.append(span.end()).append(" AS BIGINT))");
        }
        values.append(") AS w (f, e) WHERE ");
        sql.append(
                switch (sky.lie()) {
                    case OVERLAP ->
                        "EXISTS (" + kept + " AND EXISTS (" + values + "s.first_pixel < w.e AND s.end_pixel > w.f))";
                    case AREA_IN_COVERAGE ->
                        "NOT EXISTS (" + values + "NOT EXISTS (" + kept
                                + " AND s.first_pixel <= w.f AND s.end_pixel >= w.e))";
                    case COVERAGE_IN_AREA ->
                        "(EXISTS (" + kept + ") AND NOT EXISTS (" + kept + " AND NOT EXISTS (" + values
                                + "s.first_pixel >= w.f AND s.end_pixel <= w.e)))";
                });
    }
}
