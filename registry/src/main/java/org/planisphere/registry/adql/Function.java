package org.planisphere.registry.adql;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A function of the language that is written as SQL of the databases.
 *
 * @param takes per argument N for a number, W for a whole number, T for a text
 * @param gives the type of its value; NOTHING for that of its first argument
 * @param h2 SQL, with {@code {0}} for the first argument
 * @see <a href="https://www.ivoa.net/documents/ADQL/">ADQL 2.1, section 2.3</a>
 */
record Function(String name, String takes, Type gives, String h2, String postgres) {
    private static final String D0 = "CAST({0} AS DOUBLE PRECISION)";
    private static final String D1 = "CAST({1} AS DOUBLE PRECISION)";

    private static final Map<String, List<Function>> ALL = Stream.concat(
                    Stream.of("ACOS", "ASIN", "ATAN", "COS", "COT", "SIN", "TAN", "DEGREES", "RADIANS", "EXP", "SQRT")
                            .map(name -> plain(name, "N", name + "(" + D0 + ")")),
                    Stream.of(
                            plain("LOG", "N", "LN(" + D0 + ")"),
                            plain("LOG10", "N", "LOG10(" + D0 + ")"),
                            plain("CEILING", "N", "CEILING(" + D0 + ")"),
                            plain("FLOOR", "N", "FLOOR(" + D0 + ")"),
                            plain("ATAN2", "NN", "ATAN2(" + D0 + ", " + D1 + ")"),
                            plain("POWER", "NN", "POWER(" + D0 + ", " + D1 + ")"),
                            plain("PI", "", "PI()"),
                            new Function("ABS", "N", Type.NOTHING, "ABS({0})", "ABS({0})"),
                            new Function("MOD", "WW", Type.LONG, "MOD({0}, {1})", "MOD({0}, {1})"),
                            new Function("RAND", "", Type.DOUBLE, "RAND()", "RANDOM()"),
                            new Function("RAND", "W", Type.DOUBLE, "RAND()", "RANDOM()"),
                            plain("ROUND", "N", "ROUND(" + D0 + ")"),
                            digits("ROUND", "ROUND", "ROUND"),
                            new Function("TRUNCATE", "N", Type.DOUBLE, "TRUNCATE(" + D0 + ", 0)", "TRUNC(" + D0 + ")"),
                            digits("TRUNCATE", "TRUNCATE", "TRUNC"),
                            new Function("LOWER", "T", Type.NOTHING, "LOWER({0})", "LOWER({0})"),
                            new Function("UPPER", "T", Type.NOTHING, "UPPER({0})", "UPPER({0})")))
            .collect(Collectors.groupingBy(Function::name));

    private static Function plain(String name, String takes, String sql) {
        return new Function(name, takes, Type.DOUBLE, sql, sql);
    }

    private static Function digits(String name, String h2, String postgres) {
        UnaryOperator<String> form =
                function -> "CAST(" + function + "(CAST({0} AS NUMERIC), CAST({1} AS INTEGER)) AS DOUBLE PRECISION)";
        return new Function(name, "NW", Type.DOUBLE, h2 + "(" + D0 + ", CAST({1} AS INTEGER))", form.apply(postgres));
    }

    /** Every form of the function with this name, in any case; empty when there is none. */
    static List<Function> named(String name) {
        return ALL.getOrDefault(name.toUpperCase(Locale.ROOT), List.of());
    }

    /** The form that takes so many arguments. */
    static Optional<Function> named(String name, int arguments) {
        return named(name).stream()
                .filter(function -> function.takes().length() == arguments)
                .findFirst();
    }

    static List<String> names() {
        return ALL.keySet().stream().sorted().toList();
    }
}
