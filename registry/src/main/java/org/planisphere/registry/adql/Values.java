package org.planisphere.registry.adql;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.antlr.v4.runtime.ParserRuleContext;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.adql.grammar.AdqlParser;

/** Checks values and conditions. */
final class Values {
    /** Written out argument by argument. */
    static final Function COALESCE = new Function("COALESCE", "*", Type.NOTHING, "", "");

    private static final int LONGEST_NUMBER = 60;

    private final Checker checker;
    private final Functions functions;

    Values(Checker checker) {
        this.checker = checker;
        this.functions = new Functions(this);
    }

    // -- conditions -------------------------------------------------------------------------------------------------

    /** @param aggregates whether they are possible here */
    Condition condition(AdqlParser.ConditionContext condition, Scope scope, Checker.Commons commons, boolean aggregates)
            throws Fault {
        List<Condition> any = new ArrayList<>();
        for (AdqlParser.ConjunctionContext conjunction : condition.conjunction()) {
            List<Condition> all = new ArrayList<>();
            for (AdqlParser.NegationContext negation : conjunction.negation()) {
                Condition part = negation.predicate() != null
                        ? predicate(negation.predicate(), scope, commons, aggregates)
                        : condition(negation.condition(), scope, commons, aggregates);
                all.add(negation.NOT().size() % 2 == 1 ? new Condition.Not(part) : part);
            }
            any.add(all.size() == 1 ? all.get(0) : new Condition.All(all));
        }
        return any.size() == 1 ? any.get(0) : new Condition.Any(any);
    }

    private Condition predicate(
            AdqlParser.PredicateContext predicate, Scope scope, Checker.Commons commons, boolean aggregates)
            throws Fault {
        if (predicate instanceof AdqlParser.ExistsContext exists) {
            return new Condition.Exists(checker.query(exists.query(), commons, scope));
        }
        if (predicate instanceof AdqlParser.ComparedContext compared) {
            Expression left = value(compared.value(0), scope, commons, aggregates);
            Expression right = value(compared.value(1), scope, commons, aggregates);
            comparable(left.type(), right.type(), predicate);
            String sign = compared.comparison().getText();
            return compare(beside(right, left), sign.equals("!=") ? "<>" : sign, beside(left, right));
        }
        if (predicate instanceof AdqlParser.BetweenContext between) {
            Expression value = value(between.value(0), scope, commons, aggregates);
            Expression low = value(between.value(1), scope, commons, aggregates);
            Expression high = value(between.value(2), scope, commons, aggregates);
            comparable(value.type(), low.type(), predicate);
            comparable(value.type(), high.type(), predicate);
            return new Condition.Between(value, between.NOT() != null, low, high);
        }
        if (predicate instanceof AdqlParser.InListContext in) {
            Expression value = value(in.value(0), scope, commons, aggregates);
            List<Expression> values = new ArrayList<>();
            for (AdqlParser.ValueContext item : in.value().subList(1, in.value().size())) {
                Expression one = value(item, scope, commons, aggregates);
                comparable(value.type(), one.type(), item);
                values.add(beside(value, one));
            }
            return new Condition.Among(value, in.NOT() != null, values);
        }
        if (predicate instanceof AdqlParser.InQueryContext in) {
            Expression value = value(in.value(), scope, commons, aggregates);
            Query query = checker.query(in.query(), commons, scope);
            one(query, in);
            comparable(value.type(), query.columns().get(0).type(), predicate);
            return new Condition.In(value, in.NOT() != null, query);
        }
        if (predicate instanceof AdqlParser.LikeContext like) {
            Expression value = value(like.value(0), scope, commons, aggregates);
            Expression pattern = value(like.value(1), scope, commons, aggregates);
            text(value, like.value(0));
            text(pattern, like.value(1));
            return new Condition.Like(value, like.NOT() != null, like.ILIKE() != null, beside(value, pattern));
        }
        AdqlParser.IsNullContext nothing = (AdqlParser.IsNullContext) predicate;
        return new Condition.IsNothing(value(nothing.value(), scope, commons, aggregates), nothing.NOT() != null);
    }

    /**
     * A text beside a column of identifiers, which are kept in lower case: they are the same in any case, and programs
     * write them as the standards do.
     */
    private static Expression beside(Expression other, Expression value) {
        return value instanceof Expression.Text text
                        && other instanceof Expression.ColumnOf column
                        && column.origin() != null
                        && column.origin().lowered()
                ? new Expression.Text(text.value().toLowerCase(Locale.ROOT))
                : value;
    }

    /** A function that answers with 1 is the condition it asks. */
    private static Condition compare(Expression left, String sign, Expression right) {
        if (sign.equals("=")) {
            if (left instanceof Expression.Holds holds && isOne(right)) {
                return holds.condition();
            }
            if (right instanceof Expression.Holds holds && isOne(left)) {
                return holds.condition();
            }
        }
        return new Condition.Compare(left, sign, right);
    }

    private static boolean isOne(Expression value) {
        return value instanceof Expression.Number number && number.digits().equals("1");
    }

    // -- values -----------------------------------------------------------------------------------------------------

    Expression value(AdqlParser.ValueContext value, Scope scope, Checker.Commons commons, boolean aggregates)
            throws Fault {
        List<Expression> parts = new ArrayList<>();
        for (AdqlParser.SumContext sum : value.sum()) {
            parts.add(sum(sum, scope, commons, aggregates));
        }
        if (parts.size() == 1) {
            return parts.get(0);
        }
        Type type = Type.WORD;
        List<String> signs = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            text(parts.get(i), value.sum(i));
            if (parts.get(i).type() == Type.TEXT) {
                type = Type.TEXT;
            }
            if (i > 0) {
                signs.add("||");
            }
        }
        return new Expression.Chain(parts, signs, type);
    }

    private Expression sum(AdqlParser.SumContext sum, Scope scope, Checker.Commons commons, boolean aggregates)
            throws Fault {
        List<Expression> terms = new ArrayList<>();
        for (AdqlParser.TermContext term : sum.term()) {
            List<Expression> factors = new ArrayList<>();
            for (AdqlParser.FactorContext factor : term.factor()) {
                factors.add(factor(factor, scope, commons, aggregates));
            }
            terms.add(chain(factors, term));
        }
        return chain(terms, sum);
    }

    /** The signs are the children between the operands. */
    private static Expression chain(List<Expression> operands, ParserRuleContext at) throws Fault {
        if (operands.size() == 1) {
            return operands.get(0);
        }
        List<String> signs = new ArrayList<>();
        Type type = operands.get(0).type();
        for (int i = 0; i < operands.size(); i++) {
            number(operands.get(i), (ParserRuleContext) at.getChild(2 * i));
            if (i > 0) {
                signs.add(at.getChild(2 * i - 1).getText());
                type = wider(type, operands.get(i).type());
            }
        }
        return new Expression.Chain(operands, signs, type == Type.INT ? Type.LONG : type);
    }

    private Expression factor(AdqlParser.FactorContext factor, Scope scope, Checker.Commons commons, boolean aggregates)
            throws Fault {
        Expression value = primary(factor.primary(), scope, commons, aggregates);
        if (!factor.MINUS().isEmpty() || !factor.PLUS().isEmpty()) {
            number(value, factor);
        }
        if (factor.MINUS().size() % 2 == 0) {
            return value;
        }
        return value instanceof Expression.Number number && !number.digits().startsWith("-")
                ? new Expression.Number("-" + number.digits(), number.type())
                : new Expression.Negative(value);
    }

    private Expression primary(
            AdqlParser.PrimaryContext primary, Scope scope, Checker.Commons commons, boolean aggregates) throws Fault {
        if (primary instanceof AdqlParser.WholeNumberContext whole) {
            return whole(whole.getText(), whole);
        }
        if (primary instanceof AdqlParser.RealNumberContext real) {
            return real(real.getText(), real);
        }
        if (primary instanceof AdqlParser.TextContext text) {
            String given = text.getText();
            String value = given.substring(1, given.length() - 1).replace("''", "'");
            if (value.indexOf('\0') >= 0) {
                throw Checker.at(primary, "a text holds no character of number 0");
            }
            return new Expression.Text(value);
        }
        if (primary instanceof AdqlParser.NothingContext) {
            return new Expression.Nothing();
        }
        if (primary instanceof AdqlParser.NestedContext nested) {
            return value(nested.value(), scope, commons, aggregates);
        }
        if (primary instanceof AdqlParser.ScalarQueryContext scalar) {
            Query query = checker.query(scalar.query(), commons, scope);
            one(query, scalar);
            return new Expression.Scalar(query);
        }
        if (primary instanceof AdqlParser.ColumnContext column) {
            return column(column, scope);
        }
        if (primary instanceof AdqlParser.CastContext cast) {
            return Casts.cast(value(cast.value(), scope, commons, aggregates), cast.castTarget());
        }
        if (primary instanceof AdqlParser.CountAllContext count) {
            if (!count.name().getText().equalsIgnoreCase("COUNT")) {
                throw Checker.at(primary, "only COUNT takes an asterisk");
            }
            aggregate(aggregates, primary);
            return new Expression.Aggregate("COUNT", false, List.of(), Type.LONG);
        }
        AdqlParser.FunctionContext function = (AdqlParser.FunctionContext) primary;
        return functions.call(function, scope, commons, aggregates);
    }

    static void aggregate(boolean possible, ParserRuleContext at) throws Fault {
        if (!possible) {
            throw Checker.at(at, "an aggregate is possible in SELECT, HAVING and ORDER BY only, and not in another");
        }
    }

    private static Expression whole(String digits, ParserRuleContext at) throws Fault {
        if (digits.length() > LONGEST_NUMBER) {
            throw Checker.at(at, "the number is too large");
        }
        BigDecimal value = new BigDecimal(digits);
        if (value.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0) {
            return new Expression.Number(value.toPlainString(), Type.INT);
        }
        return value.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0
                ? new Expression.Number(value.toPlainString(), Type.LONG)
                : real(digits, at);
    }

    private static Expression real(String text, ParserRuleContext at) throws Fault {
        double value = text.length() > LONGEST_NUMBER ? Double.NaN : Double.parseDouble(text);
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw Checker.at(at, "the number is too large");
        }
        return new Expression.Number(real(value), Type.DOUBLE);
    }

    /** With an exponent, so that every database takes it for an approximate number. */
    static String real(double value) {
        String digits = Double.toString(value);
        return digits.indexOf('E') < 0 ? digits + "E0" : digits;
    }

    private static Expression column(AdqlParser.ColumnContext column, Scope innermost) throws Fault {
        List<Name> parts = new ArrayList<>();
        for (AdqlParser.NameContext part : column.name()) {
            parts.add(Checker.name(part));
        }
        Name name = parts.get(parts.size() - 1);
        List<Name> qualifier = parts.subList(0, parts.size() - 1);
        for (Scope scope = innermost; scope != null; scope = scope.outer()) {
            List<Scope.Visible> found;
            if (qualifier.isEmpty()) {
                found = scope.columns(name);
            } else {
                List<Scope.Source> sources = scope.named(qualifier);
                if (sources.isEmpty()) {
                    continue;
                }
                found = Scope.in(
                        sources.stream().flatMap(s -> s.columns().stream()).toList(), name);
                if (found.isEmpty()) {
                    throw Checker.at(column, qualifier(qualifier) + " has no column " + name.text());
                }
            }
            if (found.size() > 1) {
                throw Checker.at(column, column.getText() + " can mean several columns; name the table before it");
            }
            if (found.size() == 1) {
                return found.get(0).value();
            }
        }
        throw Checker.at(
                column,
                qualifier.isEmpty()
                        ? "there is no column " + name.text() + " in the tables of FROM"
                        : qualifier(qualifier) + " is not among the tables of FROM");
    }

    private static String qualifier(List<Name> qualifier) {
        return String.join(".", qualifier.stream().map(Name::text).toList());
    }

    /** The name when a value is nothing but a column without a qualifier. */
    static @Nullable Name bareName(AdqlParser.ValueContext value) {
        AdqlParser.ColumnContext column = columnOnly(value);
        return column != null && column.name().size() == 1 ? Checker.name(column.name(0)) : null;
    }

    /** The last name when a value is nothing but a column. */
    static @Nullable Name columnName(AdqlParser.ValueContext value) {
        AdqlParser.ColumnContext column = columnOnly(value);
        return column == null ? null : Checker.name(column.name(column.name().size() - 1));
    }

    private static AdqlParser.@Nullable ColumnContext columnOnly(AdqlParser.ValueContext value) {
        if (value.sum().size() != 1
                || value.sum(0).term().size() != 1
                || value.sum(0).term(0).factor().size() != 1
                || value.sum(0).term(0).factor(0).getChildCount() != 1) {
            return null;
        }
        return value.sum(0).term(0).factor(0).primary() instanceof AdqlParser.ColumnContext column ? column : null;
    }

    // -- types ------------------------------------------------------------------------------------------------------

    private static void one(Query query, ParserRuleContext at) throws Fault {
        if (query.columns().size() != 1) {
            throw Checker.at(at, "the query has " + query.columns().size() + " columns where one is needed");
        }
    }

    static void comparable(Type left, Type right, ParserRuleContext at) throws Fault {
        if (left.shape() && left != Type.MOC || right.shape() && right != Type.MOC) {
            throw Checker.at(at, "shapes are compared by CONTAINS and INTERSECTS");
        }
        if (common(left, right) == null) {
            throw Checker.at(at, left.called() + " cannot be compared with " + right.called());
        }
    }

    /** The type that holds both; null when there is none. */
    static @Nullable Type common(Type left, Type right) {
        if (left == right || right == Type.NOTHING) {
            return left;
        }
        if (left == Type.NOTHING) {
            return right;
        }
        if (left.number() && right.number()) {
            return wider(left, right);
        }
        boolean texts = (left.text() || left == Type.MOC) && (right.text() || right == Type.MOC);
        return texts ? left == Type.TEXT || right == Type.TEXT ? Type.TEXT : Type.WORD : null;
    }

    static Type wider(Type left, Type right) {
        if (left == Type.NOTHING || right == Type.NOTHING) {
            return left == Type.NOTHING ? right : left;
        }
        return left.compareTo(right) >= 0 ? left : right;
    }

    static void text(Expression value, ParserRuleContext at) throws Fault {
        Type type = Objects.requireNonNull(value.type());
        if (!type.text() && type != Type.NOTHING && type != Type.MOC) {
            throw Checker.at(at, "a text is needed here, not " + type.called());
        }
    }

    static void number(Expression value, ParserRuleContext at) throws Fault {
        if (!value.type().number() && value.type() != Type.NOTHING) {
            throw Checker.at(at, "a number is needed here, not " + value.type().called());
        }
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
