package org.planisphere.registry.adql;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.planisphere.registry.adql.grammar.AdqlParser;

/**
 * Energies, wavelengths and frequencies in each other's units, as arithmetic.
 *
 * @see <a href="https://www.ivoa.net/documents/udf-catalogue/">Catalogue of ADQL User Defined Functions, ivo_specconv</a>
 */
final class Spectrum {
    private static final double PLANCK = 6.62607015e-34;
    private static final double LIGHT = 299_792_458;
    private static final double ELECTRON = 1.602176634e-19;

    /** Joules of one unit; those of length are per metre, in which more is less energy. */
    private static final Map<String, Double> ENERGIES = Map.ofEntries(
            Map.entry("J", 1.0),
            Map.entry("erg", 1e-7),
            Map.entry("eV", ELECTRON),
            Map.entry("keV", 1e3 * ELECTRON),
            Map.entry("MeV", 1e6 * ELECTRON),
            Map.entry("GeV", 1e9 * ELECTRON),
            Map.entry("TeV", 1e12 * ELECTRON),
            Map.entry("Hz", PLANCK),
            Map.entry("kHz", 1e3 * PLANCK),
            Map.entry("MHz", 1e6 * PLANCK),
            Map.entry("GHz", 1e9 * PLANCK),
            Map.entry("THz", 1e12 * PLANCK));

    /** Metres of one unit. */
    private static final Map<String, Double> LENGTHS = Map.of(
            "m",
            1.0,
            "cm",
            1e-2,
            "mm",
            1e-3,
            "um",
            1e-6,
            "nm",
            1e-9,
            "pm",
            1e-12,
            "Angstrom",
            1e-10,
            "angstrom",
            1e-10);

    private Spectrum() {}

    /** {@code ivo_specconv(value, from, to)}, or without the second for a column that has a unit. */
    static Expression convert(AdqlParser.FunctionContext call, List<Expression> arguments) throws Fault {
        if (arguments.size() != 2 && arguments.size() != 3) {
            throw Checker.at(call, "ivo_specconv takes a value, the unit it has, and the unit it is to have");
        }
        Expression value = arguments.get(0);
        Values.number(value, call.value(0));
        String from;
        if (arguments.size() == 3) {
            from = unit(call, arguments, 1);
        } else if (value instanceof Expression.ColumnOf column
                && column.origin() != null
                && column.origin().unit() != null) {
            from = Objects.requireNonNull(column.origin().unit());
        } else {
            throw Checker.at(call.value(0), "the value has no unit of its own; name it as the second argument");
        }
        String to = unit(call, arguments, arguments.size() - 1);
        Double fromLength = LENGTHS.get(from);
        Double toLength = LENGTHS.get(to);
        if (fromLength == null && !ENERGIES.containsKey(from)) {
            throw Checker.at(call, "the unit of the value is none of the spectrum");
        }
        double scale;
        if (fromLength != null) {
            scale = toLength != null
                    ? fromLength / toLength
                    : PLANCK * LIGHT / fromLength / Objects.requireNonNull(ENERGIES.get(to));
        } else {
            double energy = Objects.requireNonNull(ENERGIES.get(from));
            scale = toLength != null
                    ? PLANCK * LIGHT / energy / toLength
                    : energy / Objects.requireNonNull(ENERGIES.get(to));
        }
        boolean reciprocal = (fromLength == null) != (toLength == null);
        return new Expression.Chain(
                List.of(new Expression.Number(Values.real(scale), Type.DOUBLE), value),
                List.of(reciprocal ? "/" : "*"),
                Type.DOUBLE);
    }

    private static String unit(AdqlParser.FunctionContext call, List<Expression> arguments, int at) throws Fault {
        if (arguments.get(at) instanceof Expression.Text text
                && (ENERGIES.containsKey(text.value()) || LENGTHS.containsKey(text.value()))) {
            return text.value();
        }
        throw Checker.at(call.value(at), "a unit is a text such as 'nm', 'Angstrom', 'Hz', 'keV' or 'J'");
    }
}
