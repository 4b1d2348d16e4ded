package org.planisphere.registry.adql;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.sky.Moc;

/** A value of a checked query. Two that are equal always have the same value in the same row. */
sealed interface Expression {
    Type type();

    record Text(String value) implements Expression {
        @Override
        public Type type() {
            return value.codePoints().allMatch(c -> c < 128) ? Type.WORD : Type.TEXT;
        }
    }

    /** @param digits written by us */
    record Number(String digits, Type type) implements Expression {}

    record Nothing() implements Expression {
        @Override
        public Type type() {
            return Type.NOTHING;
        }
    }

    /**
     * A column of something in a FROM clause.
     *
     * @param source number of that thing in the whole query
     * @param sqlName of the column there
     * @param origin the published column that it is
     * @param table the published table it is in, null when it comes out of a subquery
     */
    record ColumnOf(
            int source,
            String sqlName,
            Type type,
            @Nullable Column origin,
            @Nullable Table table) implements Expression {}

    /** Operands with a sign between each two: {@code + - * / ||}. */
    record Chain(List<Expression> operands, List<String> signs, Type type) implements Expression {}

    record Negative(Expression operand) implements Expression {
        @Override
        public Type type() {
            return operand.type();
        }
    }

    /** @param length of a text, 0 for any */
    record Cast(Expression operand, Type type, String sqlType, int length) implements Expression {}

    record Call(Function function, List<Expression> arguments, Type type) implements Expression {}

    record Aggregate(String name, boolean distinct, List<Expression> arguments, Type type) implements Expression {}

    /** 1 where the condition holds, 0 where it does not or is unknown. */
    record Holds(Condition condition) implements Expression {
        @Override
        public Type type() {
            return Type.INT;
        }
    }

    record Scalar(Query query) implements Expression {
        @Override
        public Type type() {
            return query.columns().get(0).type();
        }
    }

    /** An area that is known before the query runs. */
    record Area(Moc moc, Type type) implements Expression {}
}
