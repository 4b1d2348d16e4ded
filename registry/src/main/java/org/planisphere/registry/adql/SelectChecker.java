package org.planisphere.registry.adql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.adql.grammar.AdqlParser;

/** Checks one SELECT with its ordering. */
final class SelectChecker {
    /** Columns of one answer. */
    private static final int COLUMNS = 1000;

    private final Checker checker;
    private final Values values;
    private final AdqlParser.SelectContext select;
    private final Checker.Commons commons;
    private final Scope scope;

    private final List<Query.Output> columns = new ArrayList<>();
    private final List<Expression> results = new ArrayList<>();

    SelectChecker(
            Checker checker,
            Values values,
            AdqlParser.SelectContext select,
            Checker.Commons commons,
            @Nullable Scope around) {
        this.checker = checker;
        this.values = values;
        this.select = select;
        this.commons = commons;
        this.scope = new Scope(around);
    }

    Query check(AdqlParser.@Nullable OrderByContext orderBy, long offset) throws Fault {
        List<Query.From> from = new ArrayList<>();
        for (AdqlParser.TableReferenceContext reference : select.tableReference()) {
            from.add(checker.reference(reference, commons, scope));
        }
        Condition where = select.WHERE() == null ? null : values.condition(select.condition(0), scope, commons, false);
        if (select.selectList().ASTERISK() != null) {
            scope.all().forEach(this::column);
        }
        for (AdqlParser.SelectItemContext item : select.selectList().selectItem()) {
            item(item);
        }
        if (columns.size() > COLUMNS) {
            throw Checker.at(select.selectList(), "the answer has more than " + COLUMNS + " columns");
        }
        List<Expression> group = group();
        Condition having = select.HAVING() == null
                ? null
                : values.condition(select.condition(select.condition().size() - 1), scope, commons, true);
        boolean distinct = select.quantifier() != null && select.quantifier().DISTINCT() != null;
        List<Query.Order> order = order(orderBy, distinct);
        boolean grouped = !group.isEmpty() || having != null || results.stream().anyMatch(Groups::aggregates);
        if (grouped) {
            Groups groups = new Groups(group, scope);
            for (int i = 0; i < results.size(); i++) {
                groups.require(
                        results.get(i),
                        select.selectList().selectItem().isEmpty()
                                ? select.selectList()
                                : select.selectList()
                                        .selectItem(Math.min(
                                                i,
                                                select.selectList().selectItem().size() - 1)));
            }
            for (Query.Order term : order) {
                if (term.value() != null && orderBy != null) {
                    groups.require(term.value(), orderBy);
                }
            }
            if (having != null) {
                groups.require(having, select.condition(select.condition().size() - 1));
            }
        }
        Long top = select.TOP() == null ? null : Checker.rows(select.INTEGER().getText(), select);
        return new Query(new Query.Select(distinct, top, results, from, where, group, having), order, offset, columns);
    }

    private void item(AdqlParser.SelectItemContext item) throws Fault {
        if (item instanceof AdqlParser.EverythingOfContext everything) {
            List<Name> qualifier = new ArrayList<>();
            for (AdqlParser.NameContext name : everything.qualifier().name()) {
                qualifier.add(Checker.name(name));
            }
            List<Scope.Source> sources = scope.named(qualifier);
            if (sources.size() != 1) {
                throw Checker.at(
                        item,
                        everything.qualifier().getText()
                                + (sources.isEmpty()
                                        ? " is not among the tables of FROM"
                                        : " can mean several tables"));
            }
            sources.get(0).columns().forEach(this::column);
            return;
        }
        AdqlParser.DerivedContext derived = (AdqlParser.DerivedContext) item;
        Expression value = values.value(derived.value(), scope, commons, true);
        if (value instanceof Expression.Area) {
            throw Checker.at(item, "a shape cannot be in an answer");
        }
        Name name = derived.name() != null ? Checker.name(derived.name()) : named(derived.value(), value);
        columns.add(new Query.Output(
                name, value.type(), value instanceof Expression.ColumnOf column ? column.origin() : null));
        results.add(value);
    }

    private void column(Scope.Visible column) {
        columns.add(new Query.Output(
                column.name(),
                column.value().type(),
                column.value() instanceof Expression.ColumnOf origin ? origin.origin() : null));
        results.add(column.value());
    }

    private Name named(AdqlParser.ValueContext context, Expression value) {
        Name bare = Values.columnName(context);
        if (bare != null) {
            return bare;
        }
        String base = value instanceof Expression.Aggregate aggregate
                ? aggregate.name()
                : value instanceof Expression.Call call ? call.function().name() : "col";
        return new Name((base + "_" + (columns.size() + 1)).toLowerCase(Locale.ROOT), false);
    }

    private List<Expression> group() throws Fault {
        List<Expression> group = new ArrayList<>();
        if (select.GROUP() == null) {
            return group;
        }
        for (AdqlParser.ValueContext term : select.value()) {
            Name name = Values.bareName(term);
            if (name != null && scope.columns(name).isEmpty()) {
                int column = output(name);
                if (column >= 0 && !Groups.aggregates(results.get(column))) {
                    group.add(results.get(column));
                    continue;
                }
            }
            group.add(values.value(term, scope, commons, false));
        }
        return group;
    }

    private int output(Name name) {
        for (int i = 0; i < columns.size(); i++) {
            if (name.means(columns.get(i).name())) {
                return i;
            }
        }
        return -1;
    }

    private List<Query.Order> order(AdqlParser.@Nullable OrderByContext orderBy, boolean distinct) throws Fault {
        List<Query.Order> order = new ArrayList<>();
        if (orderBy == null) {
            return order;
        }
        for (AdqlParser.OrderTermContext term : orderBy.orderTerm()) {
            boolean descending = term.DESC() != null;
            int column = Checker.column(term, columns);
            if (column < 0) {
                Expression value = values.value(term.value(), scope, commons, true);
                column = results.indexOf(value);
                if (column < 0 && distinct) {
                    throw Checker.at(term, "with DISTINCT rows are ordered by columns of the answer only");
                }
                if (column < 0) {
                    order.add(new Query.Order(-1, value, descending));
                    continue;
                }
            }
            order.add(new Query.Order(column, null, descending));
        }
        return order;
    }
}
