package org.planisphere.registry.adql;

import java.util.List;
import org.antlr.v4.runtime.ParserRuleContext;

/** What may be said of a group: what the rows of a group have in common, and aggregates. */
final class Groups {
    private final List<Expression> group;
    private final Scope scope;

    Groups(List<Expression> group, Scope scope) {
        this.group = group;
        this.scope = scope;
    }

    void require(Expression value, ParserRuleContext at) throws Fault {
        if (!covered(value)) {
            throw Checker.at(at, "a column that is neither grouped by nor in an aggregate has many values in a group");
        }
    }

    void require(Condition condition, ParserRuleContext at) throws Fault {
        if (!covered(condition)) {
            throw Checker.at(at, "a column that is neither grouped by nor in an aggregate has many values in a group");
        }
    }

    private boolean covered(List<Expression> all) {
        return all.stream().allMatch(this::covered);
    }

    private boolean covered(Expression value) {
        if (group.contains(value)) {
            return true;
        }
        if (value instanceof Expression.ColumnOf column) {
            // Those of a query around are the same for all rows.
            return !scope.has(column.source());
        }
        if (value instanceof Expression.Chain chain) {
            return covered(chain.operands());
        }
        if (value instanceof Expression.Negative negative) {
            return covered(negative.operand());
        }
        if (value instanceof Expression.Cast cast) {
            return covered(cast.operand());
        }
        if (value instanceof Expression.Call call) {
            return covered(call.arguments());
        }
        if (value instanceof Expression.Holds holds) {
            return covered(holds.condition());
        }
        return true;
    }

    private boolean covered(Condition condition) {
        if (condition instanceof Condition.All all) {
            return all.parts().stream().allMatch(this::covered);
        }
        if (condition instanceof Condition.Any any) {
            return any.parts().stream().allMatch(this::covered);
        }
        if (condition instanceof Condition.Not not) {
            return covered(not.part());
        }
        if (condition instanceof Condition.Compare compare) {
            return covered(compare.left()) && covered(compare.right());
        }
        if (condition instanceof Condition.Between between) {
            return covered(between.value()) && covered(between.low()) && covered(between.high());
        }
        if (condition instanceof Condition.Among among) {
            return covered(among.value()) && covered(among.values());
        }
        if (condition instanceof Condition.In in) {
            return covered(in.value());
        }
        if (condition instanceof Condition.Like like) {
            return covered(like.value()) && covered(like.pattern());
        }
        if (condition instanceof Condition.IsNothing nothing) {
            return covered(nothing.value());
        }
        if (condition instanceof Condition.HasWords words) {
            return covered(words.text());
        }
        if (condition instanceof Condition.HasPart part) {
            return covered(part.list()) && covered(part.part());
        }
        if (condition instanceof Condition.Overlap overlap) {
            return covered(overlap.low())
                    && covered(overlap.high())
                    && covered(overlap.otherLow())
                    && covered(overlap.otherHigh());
        }
        return !(condition instanceof Condition.Sky sky) || covered(sky.coverage());
    }

    /** Whether an aggregate is in it. */
    static boolean aggregates(Expression value) {
        if (value instanceof Expression.Aggregate) {
            return true;
        }
        if (value instanceof Expression.Chain chain) {
            return chain.operands().stream().anyMatch(Groups::aggregates);
        }
        if (value instanceof Expression.Negative negative) {
            return aggregates(negative.operand());
        }
        if (value instanceof Expression.Cast cast) {
            return aggregates(cast.operand());
        }
        return value instanceof Expression.Call call
                && call.arguments().stream().anyMatch(Groups::aggregates);
    }
}
