package org.planisphere.registry.adql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What names mean at one place of a query: the things of a FROM clause, and behind them those of the query around. */
final class Scope {
    /** A column that can be named. */
    record Visible(Name name, Expression value) {}

    /**
     * One thing of a FROM clause.
     *
     * @param alias the name it was given, null for a table that goes by its own
     */
    record Source(
            int number, @Nullable Name alias, @Nullable Table table, List<Visible> columns) {
        boolean means(List<Name> qualifier) {
            if (alias != null) {
                return qualifier.size() == 1 && qualifier.get(0).means(alias);
            }
            if (table == null || qualifier.isEmpty() || qualifier.size() > 2) {
                return false;
            }
            Name last = qualifier.get(qualifier.size() - 1);
            return last.means(new Name(table.shortName(), false))
                    && (qualifier.size() == 1 || qualifier.get(0).means(new Name(table.schema(), false)));
        }
    }

    private final @Nullable Scope outer;
    private final List<Source> sources = new ArrayList<>();
    /** What an asterisk stands for; columns that a join made one are here once. */
    private final List<Visible> all = new ArrayList<>();

    Scope(@Nullable Scope outer) {
        this.outer = outer;
    }

    @Nullable
    Scope outer() {
        return outer;
    }

    List<Source> sources() {
        return sources;
    }

    List<Visible> all() {
        return all;
    }

    boolean has(int source) {
        return sources.stream().anyMatch(s -> s.number() == source);
    }

    /** Takes in what is named in another part of the same FROM clause. */
    void add(Scope part) {
        sources.addAll(part.sources);
        all.addAll(part.all);
    }

    /** The things a qualifier can mean here. */
    List<Source> named(List<Name> qualifier) {
        return sources.stream().filter(source -> source.means(qualifier)).toList();
    }

    /** The columns that a name without a qualifier can mean here. */
    List<Visible> columns(Name name) {
        return in(all, name);
    }

    static List<Visible> in(List<Visible> columns, Name name) {
        return columns.stream().filter(column -> name.means(column.name())).toList();
    }
}
