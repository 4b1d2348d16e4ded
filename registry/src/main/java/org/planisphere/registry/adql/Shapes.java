package org.planisphere.registry.adql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.planisphere.registry.adql.grammar.AdqlParser;
import org.planisphere.registry.sky.Area;
import org.planisphere.registry.sky.Moc;

/**
 * Calls of the sky. Shapes are made of numbers in the query, become sets of pixels at once, and are compared with
 * coverages; positions are ICRS, in degrees.
 *
 * @see <a href="https://www.ivoa.net/documents/ADQL/">ADQL 2.1, section 4.2</a>
 */
final class Shapes {
    private Shapes() {}

    static Expression call(String name, AdqlParser.FunctionContext call, List<Expression> arguments) throws Fault {
        List<Expression> given = arguments;
        boolean plain = name.equals("POINT") || name.equals("CIRCLE") || name.equals("POLYGON");
        if (plain && !given.isEmpty() && given.get(0) instanceof Expression.Text system) {
            if (!system.value().isEmpty()
                    && !system.value().toUpperCase(java.util.Locale.ROOT).startsWith("ICRS")) {
                throw Checker.at(call.value(0), "positions are ICRS here");
            }
            given = given.subList(1, given.size());
        }
        return switch (name) {
            case "POINT" -> {
                Functions.count(call, given, 2);
                double[] numbers = numbers(call, given);
                yield area(Area.point(numbers[0], numbers[1]), Type.POINT, call);
            }
            case "CIRCLE" -> {
                Functions.count(call, given, 3);
                double[] numbers = numbers(call, given);
                yield area(Area.circle(numbers[0], numbers[1], numbers[2]), Type.CIRCLE, call);
            }
            case "POLYGON" -> {
                if (given.size() < 6 || given.size() % 2 != 0 || given.size() > 200) {
                    throw Checker.at(call, "POLYGON takes 3 to 100 corners, two numbers each");
                }
                yield area(Area.polygon(numbers(call, given)), Type.POLYGON, call);
            }
            case "MOC" -> moc(call, given);
            case "CONTAINS", "INTERSECTS" -> lie(name, call, given);
            default -> throw Checker.at(call, "there is no function " + name + " here");
        };
    }

    private static Expression area(Optional<Moc> moc, Type type, AdqlParser.FunctionContext call) throws Fault {
        return new Expression.Area(moc.orElseThrow(() -> Checker.at(call, "there is no such place on the sky")), type);
    }

    private static Expression moc(AdqlParser.FunctionContext call, List<Expression> given) throws Fault {
        if (given.size() == 1 && given.get(0) instanceof Expression.Text text) {
            return area(Moc.read(text.value()), Type.MOC, call);
        }
        if (given.size() == 2
                && given.get(0) instanceof Expression.Number order
                && order.type() == Type.INT
                && order.digits().matches("[0-9]{1,2}")
                && given.get(1) instanceof Expression.Area area) {
            int at = Integer.parseInt(order.digits());
            if (at <= Moc.ORDER) {
                return new Expression.Area(area.moc().at(at), Type.MOC);
            }
        }
        throw Checker.at(call, "MOC takes a text such as '3/5-7 9', or an order from 0 to 29 and a shape of numbers");
    }

    private static Expression lie(String name, AdqlParser.FunctionContext call, List<Expression> given) throws Fault {
        Functions.count(call, given, 2);
        boolean contains = name.equals("CONTAINS");
        if (given.get(1) instanceof Expression.ColumnOf coverage && given.get(0) instanceof Expression.Area area) {
            return sky(contains ? Condition.Lie.AREA_IN_COVERAGE : Condition.Lie.OVERLAP, coverage, area, call);
        }
        if (given.get(0) instanceof Expression.ColumnOf coverage && given.get(1) instanceof Expression.Area area) {
            return sky(contains ? Condition.Lie.COVERAGE_IN_AREA : Condition.Lie.OVERLAP, coverage, area, call);
        }
        if (given.get(0) instanceof Expression.Area left && given.get(1) instanceof Expression.Area right) {
            boolean holds =
                    contains ? right.moc().contains(left.moc()) : right.moc().overlaps(left.moc());
            return new Expression.Number(holds ? "1" : "0", Type.INT);
        }
        throw Checker.at(call, name + " compares the column coverage with a shape made of numbers");
    }

    private static Expression sky(
            Condition.Lie lie, Expression.ColumnOf coverage, Expression.Area area, AdqlParser.FunctionContext call)
            throws Fault {
        if (coverage.type() != Type.MOC || coverage.table() == null) {
            throw Checker.at(call, "the coverage is that of rr.stc_spatial itself, in the same FROM");
        }
        return new Expression.Holds(new Condition.Sky(lie, coverage, area.moc()));
    }

    private static double[] numbers(AdqlParser.FunctionContext call, List<Expression> given) throws Fault {
        List<Double> numbers = new ArrayList<>();
        for (Expression value : given) {
            if (!(value instanceof Expression.Number number)) {
                throw Checker.at(call, "a shape is made of numbers in the query");
            }
            numbers.add(Double.valueOf(number.digits()));
        }
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
