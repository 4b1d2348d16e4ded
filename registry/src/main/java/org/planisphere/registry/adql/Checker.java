package org.planisphere.registry.adql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.antlr.v4.runtime.ParserRuleContext;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.adql.grammar.AdqlParser;

/**
 * Makes a checked query of a parsed one: resolves names against the published tables, expands asterisks and joins by
 * name, and checks types and groups. For one query and one thread.
 */
final class Checker {
    /** Tables and subqueries in one query, counting what WITH names at each use. */
    private static final int SOURCES = 60;

    private final Published published;
    private final boolean postgres;
    private final Values values;
    private int sources;

    Checker(Published published, boolean postgres) {
        this.published = published;
        this.postgres = postgres;
        this.values = new Values(this);
    }

    /** A query that WITH names; read anew at each use. */
    private record Common(Name name, List<Name> columns, AdqlParser.QueryContext query, Commons before) {}

    /** What WITH has named so far. */
    record Commons(List<Common> queries) {
        static final Commons NONE = new Commons(List.of());

        @Nullable
        Common named(Name name) {
            for (int i = queries.size() - 1; i >= 0; i--) {
                if (name.means(queries.get(i).name())) {
                    return queries.get(i);
                }
            }
            return null;
        }

        Commons and(Common more) {
            List<Common> all = new ArrayList<>(queries);
            all.add(more);
            return new Commons(all);
        }
    }

    Query check(AdqlParser.WholeContext whole) throws Fault {
        return query(whole.query(), Commons.NONE, null);
    }

    Query query(AdqlParser.QueryContext query, Commons outer, @Nullable Scope around) throws Fault {
        Commons commons = outer;
        if (query.with() != null) {
            for (AdqlParser.CommonContext common : query.with().common()) {
                List<Name> names = new ArrayList<>();
                for (AdqlParser.NameContext name : common.name()) {
                    names.add(name(name));
                }
                Query once = query(common.query(), commons, null);
                if (names.size() > 1 && names.size() - 1 != once.columns().size()) {
                    throw at(common, "the query has " + once.columns().size() + " columns, not " + (names.size() - 1));
                }
                commons =
                        commons.and(new Common(names.get(0), names.subList(1, names.size()), common.query(), commons));
            }
        }
        long offset = query.offset() == null ? 0 : rows(query.offset().INTEGER().getText(), query.offset());
        List<AdqlParser.SetTermContext> terms = query.setExpression().setTerm();
        if (terms.size() == 1 && terms.get(0).setPrimary().size() == 1) {
            AdqlParser.SetPrimaryContext only = terms.get(0).setPrimary(0);
            if (only.select() != null) {
                return new SelectChecker(this, values, only.select(), commons, around).check(query.orderBy(), offset);
            }
            Query inner = query(only.query(), commons, around);
            if (query.orderBy() == null && offset == 0) {
                return inner;
            }
            return over(query, List.of(inner), List.of(), inner.columns(), offset);
        }
        return union(query, commons, around, offset);
    }

    private Query union(AdqlParser.QueryContext query, Commons commons, @Nullable Scope around, long offset)
            throws Fault {
        List<Query> parts = new ArrayList<>();
        List<String> signs = new ArrayList<>();
        List<AdqlParser.SetTermContext> terms = query.setExpression().setTerm();
        for (int i = 0; i < terms.size(); i++) {
            if (i > 0) {
                AdqlParser.SetOperatorContext operator = query.setExpression().setOperator(i - 1);
                signs.add(sign(operator.UNION() != null ? "UNION" : "EXCEPT", operator.ALL() != null, operator));
            }
            parts.add(term(terms.get(i), commons, around));
        }
        return over(query, parts, signs, common(parts, query), offset);
    }

    private Query term(AdqlParser.SetTermContext term, Commons commons, @Nullable Scope around) throws Fault {
        List<Query> parts = new ArrayList<>();
        for (AdqlParser.SetPrimaryContext primary : term.setPrimary()) {
            parts.add(
                    primary.select() != null
                            ? new SelectChecker(this, values, primary.select(), commons, around).check(null, 0)
                            : query(primary.query(), commons, around));
        }
        if (parts.size() == 1) {
            return parts.get(0);
        }
        List<String> signs = new ArrayList<>();
        for (AdqlParser.IntersectContext operator : term.intersect()) {
            signs.add(sign("INTERSECT", operator.ALL() != null, operator));
        }
        return new Query(new Query.Sets(parts, signs), List.of(), 0, common(parts, term));
    }

    private String sign(String operator, boolean all, ParserRuleContext at) throws Fault {
        if (all && !postgres && !operator.equals("UNION")) {
            throw at(at, operator + " ALL is not available with the database of this service");
        }
        return all ? operator + " ALL" : operator;
    }

    private Query over(
            AdqlParser.QueryContext query,
            List<Query> parts,
            List<String> signs,
            List<Query.Output> columns,
            long offset)
            throws Fault {
        List<Query.Order> order = new ArrayList<>();
        if (query.orderBy() != null) {
            for (AdqlParser.OrderTermContext term : query.orderBy().orderTerm()) {
                int column = column(term, columns);
                if (column < 0) {
                    throw at(term, "after UNION, EXCEPT and INTERSECT rows are ordered by columns of the answer only");
                }
                order.add(new Query.Order(column, null, term.DESC() != null));
            }
        }
        return new Query(new Query.Sets(parts, signs), order, offset, columns);
    }

    private List<Query.Output> common(List<Query> parts, ParserRuleContext at) throws Fault {
        List<Query.Output> columns = new ArrayList<>(parts.get(0).columns());
        for (Query part : parts.subList(1, parts.size())) {
            if (part.columns().size() != columns.size()) {
                throw at(at, "the queries have different numbers of columns");
            }
            for (int i = 0; i < columns.size(); i++) {
                Query.Output column = columns.get(i);
                Type type = Values.common(column.type(), part.columns().get(i).type());
                if (type == null) {
                    throw at(
                            at,
                            "column " + (i + 1) + " is " + column.type().called() + " in one query and "
                                    + part.columns().get(i).type().called() + " in another");
                }
                columns.set(i, new Query.Output(column.name(), type, column.origin()));
            }
        }
        return columns;
    }

    /** The column of the answer that an ordering means, counted from 0; -1 when it means none. */
    static int column(AdqlParser.OrderTermContext term, List<Query.Output> columns) throws Fault {
        String text = term.value().getText();
        if (text.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(text);
            if (number < 1 || number > columns.size()) {
                throw at(term, "there is no column " + number);
            }
            return number - 1;
        }
        Name name = Values.bareName(term.value());
        if (name != null) {
            for (int i = 0; i < columns.size(); i++) {
                if (name.means(columns.get(i).name())) {
                    return i;
                }
            }
        }
        return -1;
    }

    // -- FROM --------------------------------------------------------------------------------------------------------

    /** Reads one thing of a FROM clause and what is joined to it, and adds what can be named there to the scope. */
    Query.From reference(AdqlParser.TableReferenceContext reference, Commons commons, Scope scope) throws Fault {
        Scope left = new Scope(scope.outer());
        Query.From from = primary(reference.tablePrimary(), commons, left);
        for (AdqlParser.JoinedContext joined : reference.joined()) {
            from = joined(from, joined, commons, left);
        }
        for (Scope.Source source : left.sources()) {
            if (source.alias() != null && !scope.named(List.of(source.alias())).isEmpty()) {
                throw at(reference, "the name " + source.alias().text() + " is given twice");
            }
        }
        scope.add(left);
        return from;
    }

    private Query.From primary(AdqlParser.TablePrimaryContext primary, Commons commons, Scope scope) throws Fault {
        if (primary instanceof AdqlParser.NestedTableContext nested) {
            return reference(nested.tableReference(), commons, scope);
        }
        int number = ++sources;
        if (number > SOURCES) {
            throw at(primary, "the query reads more than " + SOURCES + " tables");
        }
        if (primary instanceof AdqlParser.DerivedTableContext derived) {
            Query query = query(derived.query(), commons, null);
            addQuery(scope, number, name(derived.name()), query, List.of());
            return new Query.OfQuery(query, number);
        }
        AdqlParser.NamedTableContext named = (AdqlParser.NamedTableContext) primary;
        List<Name> parts = new ArrayList<>();
        for (AdqlParser.NameContext part : named.tableName().name()) {
            parts.add(name(part));
        }
        Name alias = named.name() == null ? null : name(named.name());
        Common common = parts.size() == 1 ? commons.named(parts.get(0)) : null;
        if (common != null) {
            Query query = query(common.query(), common.before(), null);
            addQuery(scope, number, alias == null ? parts.get(0) : alias, query, common.columns());
            return new Query.OfQuery(query, number);
        }
        Table table = table(parts, named);
        List<Scope.Visible> columns = new ArrayList<>();
        for (Column column : table.columns()) {
            columns.add(new Scope.Visible(
                    Name.of(column), new Expression.ColumnOf(number, column.sqlName(), column.type(), column, table)));
        }
        scope.sources().add(new Scope.Source(number, alias, table, columns));
        scope.all().addAll(columns);
        return new Query.OfTable(table, number);
    }

    private static void addQuery(Scope scope, int number, Name alias, Query query, List<Name> names) {
        List<Scope.Visible> columns = new ArrayList<>();
        for (int i = 0; i < query.columns().size(); i++) {
            Query.Output column = query.columns().get(i);
            columns.add(new Scope.Visible(
                    names.isEmpty() ? column.name() : names.get(i),
                    new Expression.ColumnOf(number, "c" + (i + 1), column.type(), column.origin(), null)));
        }
        scope.sources().add(new Scope.Source(number, alias, null, columns));
        scope.all().addAll(columns);
    }

    private Table table(List<Name> parts, AdqlParser.NamedTableContext at) throws Fault {
        String asked = String.join(".", parts.stream().map(Name::text).toList());
        for (Table table : published.tables().values()) {
            if (parts.size() == 2
                    && parts.get(0).means(new Name(table.schema(), false))
                    && parts.get(1).means(new Name(table.shortName(), false))) {
                return table;
            }
        }
        List<String> meant = published.called(parts.get(parts.size() - 1).text().toLowerCase(java.util.Locale.ROOT));
        throw at(
                at,
                "there is no table " + asked
                        + (meant.isEmpty()
                                ? "; tap_schema.tables lists what there is"
                                : "; is " + String.join(" or ", meant) + " meant?"));
    }

    private Query.From joined(Query.From left, AdqlParser.JoinedContext joined, Commons commons, Scope scope)
            throws Fault {
        Scope right = new Scope(scope.outer());
        if (joined instanceof AdqlParser.CrossJoinContext cross) {
            Query.From other = primary(cross.tablePrimary(), commons, right);
            merge(scope, right, joined);
            return new Query.Join(left, "CROSS", other, null);
        }
        if (joined instanceof AdqlParser.NaturalJoinContext natural) {
            Query.From other = primary(natural.tablePrimary(), commons, right);
            Set<Name> shared = new LinkedHashSet<>();
            for (Scope.Visible column : scope.all()) {
                if (!right.columns(column.name()).isEmpty()) {
                    shared.add(column.name());
                }
            }
            String kind = kind(natural.joinType(), joined);
            return byName(left, kind, other, scope, right, List.copyOf(shared), joined);
        }
        AdqlParser.PlainJoinContext plain = (AdqlParser.PlainJoinContext) joined;
        Query.From other = primary(plain.tablePrimary(), commons, right);
        String kind = kind(plain.joinType(), joined);
        if (plain.joinCondition() instanceof AdqlParser.UsingColumnsContext using) {
            List<Name> names = new ArrayList<>();
            for (AdqlParser.NameContext name : using.name()) {
                names.add(name(name));
            }
            return byName(left, kind, other, scope, right, names, joined);
        }
        if (plain.joinCondition() == null) {
            throw at(joined, "a JOIN has ON, USING, NATURAL or CROSS");
        }
        merge(scope, right, joined);
        Condition on = values.condition(
                ((AdqlParser.OnConditionContext) plain.joinCondition()).condition(), scope, commons, false);
        return new Query.Join(left, kind, other, on);
    }

    private String kind(AdqlParser.@Nullable JoinTypeContext type, ParserRuleContext at) throws Fault {
        if (type == null || type.INNER() != null) {
            return "INNER";
        }
        if (type.FULL() != null && !postgres) {
            throw at(at, "FULL JOIN is not available with the database of this service; join LEFT and RIGHT by UNION");
        }
        return type.LEFT() != null ? "LEFT" : type.RIGHT() != null ? "RIGHT" : "FULL";
    }

    private static void merge(Scope left, Scope right, ParserRuleContext at) throws Fault {
        for (Scope.Source source : right.sources()) {
            if (source.alias() != null && !left.named(List.of(source.alias())).isEmpty()) {
                throw at(at, "the name " + source.alias().text() + " is given twice");
            }
        }
        left.add(right);
    }

    /** Joins by columns of the same name, which are one from then on. */
    private static Query.From byName(
            Query.From left,
            String kind,
            Query.From other,
            Scope scope,
            Scope right,
            List<Name> names,
            ParserRuleContext at)
            throws Fault {
        List<Condition> equal = new ArrayList<>();
        List<Scope.Visible> shared = new ArrayList<>();
        Map<Expression, Boolean> used = new LinkedHashMap<>();
        for (Name name : names) {
            Expression mine = one(scope.columns(name), name, at);
            Expression others = one(right.columns(name), name, at);
            Values.comparable(mine.type(), others.type(), at);
            equal.add(new Condition.Compare(mine, "=", others));
            used.put(mine, true);
            used.put(others, true);
            Expression value = switch (kind) {
                case "RIGHT" -> others;
                case "FULL" -> new Expression.Call(Values.COALESCE, List.of(mine, others), mine.type());
                default -> mine;
            };
            shared.add(new Scope.Visible(name, value));
        }
        merge(scope, right, at);
        List<Scope.Visible> all = new ArrayList<>(shared);
        scope.all().stream().filter(column -> !used.containsKey(column.value())).forEach(all::add);
        scope.all().clear();
        scope.all().addAll(all);
        if (equal.isEmpty()) {
            return kind.equals("INNER")
                    ? new Query.Join(left, "CROSS", other, null)
                    : new Query.Join(left, kind, other, new Condition.All(List.of()));
        }
        return new Query.Join(left, kind, other, new Condition.All(equal));
    }

    private static Expression one(List<Scope.Visible> columns, Name name, ParserRuleContext at) throws Fault {
        if (columns.size() != 1) {
            throw at(
                    at,
                    columns.isEmpty()
                            ? "there is no column " + name.text() + " on both sides"
                            : "there are several columns " + name.text() + " on one side");
        }
        return columns.get(0).value();
    }

    // -- small things -----------------------------------------------------------------------------------------------

    static Name name(AdqlParser.NameContext name) {
        String text = name.getText();
        return name.DELIMITED() != null
                ? new Name(text.substring(1, text.length() - 1).replace("\"\"", "\""), true)
                : new Name(text, false);
    }

    static long rows(String digits, ParserRuleContext at) throws Fault {
        if (digits.length() > 15) {
            throw at(at, "the number is too large");
        }
        return Long.parseLong(digits);
    }

    static Fault at(ParserRuleContext context, String message) {
        return Adql.at(context.getStart(), message);
    }
}
