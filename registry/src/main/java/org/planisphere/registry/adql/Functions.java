package org.planisphere.registry.adql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.antlr.v4.runtime.ParserRuleContext;
import org.planisphere.registry.adql.grammar.AdqlParser;

/**
 * Checks calls of functions: those of the language, those of RegTAP, and those of the sky.
 *
 * @see <a href="https://www.ivoa.net/documents/RegTAP/">RegTAP 1.2, section 5.2</a>
 */
final class Functions {
    private static final List<String> AGGREGATES = List.of("COUNT", "MAX", "MIN", "SUM", "AVG", "IVO_STRING_AGG");

    private final Values values;

    Functions(Values values) {
        this.values = values;
    }

    Expression call(AdqlParser.FunctionContext call, Scope scope, Checker.Commons commons, boolean aggregates)
            throws Fault {
        if (call.name().DELIMITED() != null) {
            throw Checker.at(call, "the name of a function is not put in quotes");
        }
        String name = call.name().getText().toUpperCase(Locale.ROOT);
        boolean aggregate = AGGREGATES.contains(name);
        if (aggregate) {
            Values.aggregate(aggregates, call);
        } else if (call.quantifier() != null) {
            throw Checker.at(call, "only an aggregate takes DISTINCT or ALL");
        }
        List<Expression> arguments = new ArrayList<>();
        for (AdqlParser.ValueContext argument : call.value()) {
            arguments.add(values.value(argument, scope, commons, aggregates && !aggregate));
        }
        if (aggregate) {
            return aggregate(name, call, arguments);
        }
        return switch (name) {
            case "COALESCE" -> coalesce(call, arguments);
            case "IVO_NOCASEMATCH" -> {
                texts(call, arguments, 2);
                yield new Expression.Holds(new Condition.Like(arguments.get(0), false, true, arguments.get(1)));
            }
            case "IVO_HASWORD" -> hasWord(call, arguments);
            case "IVO_HASHLIST_HAS" -> {
                texts(call, arguments, 2);
                yield new Expression.Holds(new Condition.HasPart(arguments.get(0), arguments.get(1)));
            }
            case "IVO_INTERVAL_OVERLAPS" -> {
                count(call, arguments, 4);
                for (int i = 0; i < 4; i++) {
                    Values.number(arguments.get(i), call.value(i));
                }
                yield new Expression.Holds(
                        new Condition.Overlap(arguments.get(0), arguments.get(1), arguments.get(2), arguments.get(3)));
            }
            case "IVO_SPECCONV" -> Spectrum.convert(call, arguments);
            case "POINT", "CIRCLE", "POLYGON", "BOX", "MOC", "CONTAINS", "INTERSECTS" ->
                Shapes.call(name, call, arguments);
            default -> plain(name, call, arguments);
        };
    }

    private static Expression plain(String name, AdqlParser.FunctionContext call, List<Expression> arguments)
            throws Fault {
        Optional<Function> found = Function.named(name, arguments.size());
        if (found.isEmpty()) {
            throw Checker.at(
                    call,
                    Function.named(name).isEmpty()
                            ? "there is no function " + call.name().getText()
                            : name + " does not take " + arguments.size() + " arguments");
        }
        Function function = found.get();
        for (int i = 0; i < arguments.size(); i++) {
            Expression argument = arguments.get(i);
            switch (function.takes().charAt(i)) {
                case 'T' -> Values.text(argument, call.value(i));
                case 'W' -> {
                    Values.number(argument, call.value(i));
                    if (argument.type().number() && !argument.type().whole()) {
                        throw Checker.at(call.value(i), "a whole number is needed here");
                    }
                }
                default -> Values.number(argument, call.value(i));
            }
        }
        Type type = function.gives() == Type.NOTHING ? arguments.get(0).type() : function.gives();
        return new Expression.Call(function, arguments, type);
    }

    private static Expression aggregate(String name, AdqlParser.FunctionContext call, List<Expression> arguments)
            throws Fault {
        boolean distinct = call.quantifier() != null && call.quantifier().DISTINCT() != null;
        if (name.equals("IVO_STRING_AGG")) {
            texts(call, arguments, 2);
            return new Expression.Aggregate(
                    name, distinct, arguments, arguments.get(0).type() == Type.TEXT ? Type.TEXT : Type.WORD);
        }
        count(call, arguments, 1);
        Expression of = arguments.get(0);
        if (name.equals("SUM") || name.equals("AVG")) {
            Values.number(of, call.value(0));
        }
        if (of.type().shape() && of.type() != Type.MOC) {
            throw Checker.at(call, "shapes have no " + name);
        }
        Type type = switch (name) {
            case "COUNT" -> Type.LONG;
            case "AVG" -> Type.DOUBLE;
            case "SUM" -> of.type().whole() ? Type.LONG : Type.DOUBLE;
            default -> of.type();
        };
        return new Expression.Aggregate(name, distinct, arguments, type);
    }

    private static Expression coalesce(AdqlParser.FunctionContext call, List<Expression> arguments) throws Fault {
        if (arguments.isEmpty()) {
            throw Checker.at(call, "COALESCE takes one argument or more");
        }
        Type type = arguments.get(0).type();
        for (int i = 1; i < arguments.size(); i++) {
            Type common = Values.common(type, arguments.get(i).type());
            if (common == null || common.shape()) {
                throw Checker.at(
                        call.value(i),
                        "COALESCE of " + type.called() + " and "
                                + arguments.get(i).type().called());
            }
            type = common;
        }
        return new Expression.Call(Values.COALESCE, arguments, type);
    }

    /** Words are runs of letters and digits; a needle of several is found when each of them is. */
    private static Expression hasWord(AdqlParser.FunctionContext call, List<Expression> arguments) throws Fault {
        texts(call, arguments, 2);
        if (!(arguments.get(1) instanceof Expression.Text needle)) {
            throw Checker.at(call.value(1), "the words to look for are a text between quotes");
        }
        List<String> words = new ArrayList<>();
        for (String word : Values.lower(needle.value()).split("[^\\p{L}\\p{N}]+")) {
            if (!word.isEmpty() && !words.contains(word)) {
                words.add(word);
            }
        }
        if (words.size() > 20) {
            throw Checker.at(call.value(1), "more than 20 words to look for");
        }
        return new Expression.Holds(new Condition.HasWords(arguments.get(0), words));
    }

    private static void texts(AdqlParser.FunctionContext call, List<Expression> arguments, int number) throws Fault {
        count(call, arguments, number);
        for (int i = 0; i < number; i++) {
            Values.text(arguments.get(i), call.value(i));
        }
    }

    static void count(ParserRuleContext call, List<Expression> arguments, int number) throws Fault {
        if (arguments.size() != number) {
            throw Checker.at(
                    call, call.getStart().getText() + " takes " + number + (number == 1 ? " argument" : " arguments"));
        }
    }
}
