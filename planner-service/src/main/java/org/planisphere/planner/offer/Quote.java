package org.planisphere.planner.offer;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Meter;
import org.planisphere.planner.platform.Prices;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;

/**
 * What a run costs. Money is paid per session and for cores, memory and storage over preparation, run and release; time
 * held only so that the asker may answer late is not paid for. {@code max} is the cost of a run that takes its whole
 * duration, {@code min} of one that ends at once. Reckoned exactly and then rounded to six decimals: {@code max} upwards
 * and {@code min} downwards, so that no run ends outside its quote.
 */
final class Quote {
    /** Type of the energy cost, in kWh. */
    static final String ENERGY = "https://www.purl.org/planisphere/costs/energy-kwh";

    private static final int DECIMALS = 6;
    private static final BigDecimal NANOS_PER_HOUR = BigDecimal.valueOf(3_600_000_000_000L);
    private static final BigDecimal MIB_PER_GIB = BigDecimal.valueOf(Size.MIB);

    private final Prices prices;
    private final Duration idle;

    /**
     * @param idle how long a run is prepared and released, together
     */
    Quote(Prices prices, Duration idle) {
        this.prices = prices;
        this.idle = idle;
    }

    /** The costs of a run: money, then energy where the platform knows what its cores take. */
    List<Bound> of(Amounts amounts, double factor, Duration duration) {
        BigDecimal perHour = hourly(amounts, factor);
        BigDecimal energy = price(prices.energyCoreHour(), amounts.cores());
        Duration whole = idle.plus(duration);
        Bound money = cost(
                prices.money(),
                prices.currency() + " for the session, its cores, memory and storage",
                BigDecimal.valueOf(prices.session()),
                perHour,
                whole);
        return energy.signum() == 0
                ? List.of(money)
                : List.of(money, cost(ENERGY, "kWh used by the cores", BigDecimal.ZERO, energy, whole));
    }

    /** Money for the session itself, in millionths, upwards. */
    long fee() {
        return millionths(BigDecimal.valueOf(prices.session()));
    }

    /** Money for an hour of the amounts, in millionths, upwards. */
    long perHour(Amounts amounts, double factor) {
        return millionths(hourly(amounts, factor));
    }

    private static long millionths(BigDecimal money) {
        BigDecimal whole = money.movePointRight(DECIMALS).setScale(0, RoundingMode.UP);
        return whole.min(BigDecimal.valueOf(Meter.MOST_MONEY)).longValue();
    }

    private BigDecimal hourly(Amounts amounts, double factor) {
        return price(prices.coreHour(), amounts.cores())
                .add(price(prices.memoryHour(), amounts.memory()).divide(MIB_PER_GIB))
                .add(price(prices.storageHour(), amounts.storage()).divide(MIB_PER_GIB))
                .multiply(BigDecimal.valueOf(factor));
    }

    /** The quoted cost of a type; null when it is not quoted. */
    static @Nullable Bound of(String type, List<Bound> costs) {
        for (Bound cost : costs) {
            if (cost.type().equals(type)) {
                return cost;
            }
        }
        return null;
    }

    /** Whether the costs keep to every ceiling; a ceiling on what is not quoted is not kept. */
    static boolean within(List<Bound> ceilings, List<Bound> costs) {
        for (Bound ceiling : ceilings) {
            if (exceeded(ceiling, costs)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the ceiling is broken, or may be since nothing is quoted for it. */
    static boolean exceeded(Bound ceiling, List<Bound> costs) {
        Double most = ceiling.max();
        if (most == null) {
            return false;
        }
        Bound cost = of(ceiling.type(), costs);
        return cost == null || cost.max() == null || cost.max() > most;
    }

    private Bound cost(String type, String description, BigDecimal fixed, BigDecimal perHour, Duration whole) {
        return new Bound(
                KindRef.of(Kind.SIMPLE_COST),
                type,
                description,
                fixed.add(over(perHour, idle, RoundingMode.DOWN))
                        .setScale(DECIMALS, RoundingMode.DOWN)
                        .doubleValue(),
                fixed.add(over(perHour, whole, RoundingMode.UP))
                        .setScale(DECIMALS, RoundingMode.UP)
                        .doubleValue());
    }

    private static BigDecimal price(double price, long amount) {
        return BigDecimal.valueOf(price).multiply(BigDecimal.valueOf(amount));
    }

    private static BigDecimal over(BigDecimal perHour, Duration time, RoundingMode rounding) {
        BigDecimal nanos =
                BigDecimal.valueOf(time.toSeconds()).movePointRight(9).add(BigDecimal.valueOf(time.toNanosPart()));
        return perHour.multiply(nanos).divide(NANOS_PER_HOUR, DECIMALS + 6, rounding);
    }
}
