package org.planisphere.planner.platform;

import java.math.BigDecimal;

/**
 * What a platform charges and burns.
 *
 * @param money URI of the currency, as the type of the money cost
 * @param currency for people, {@code EUR}
 * @param coreHour money for one core in one hour; at least 0, as all prices
 * @param memoryHour money for one GiB of memory in one hour
 * @param storageHour money for one GiB of storage in one hour
 * @param session money for every session
 * @param energyCoreHour kWh of one core in one hour
 */
public record Prices(
        String money,
        String currency,
        double coreHour,
        double memoryHour,
        double storageHour,
        double session,
        double energyCoreHour) {
    /** The same with all money multiplied. */
    public Prices times(double factor) {
        return factor == 1
                ? this
                : new Prices(
                        money,
                        currency,
                        times(coreHour, factor),
                        times(memoryHour, factor),
                        times(storageHour, factor),
                        times(session, factor),
                        energyCoreHour);
    }

    /** As people multiply decimals: a tenth times three is three tenths. */
    private static double times(double price, double factor) {
        return BigDecimal.valueOf(price).multiply(BigDecimal.valueOf(factor)).doubleValue();
    }
}
