package org.planisphere.planner.offer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Prices;
import org.planisphere.planner.task.Bound;

class QuoteTest {
    private static List<Bound> quote(double energyCoreHour) {
        Prices prices = new Prices("urn:money", "EUR", 1, 0, 0, 0, energyCoreHour);
        return new Quote(prices, Duration.ZERO).of(new Amounts(4, 1024, 0, 0, 1), 1, Duration.ofMinutes(30));
    }

    @Test
    void energyIsThatOfItsCoresWhileAllAreBusy() {
        assertThat(quote(0.012)).extracting(Bound::type).containsExactly("urn:money", Quote.ENERGY);
        // Four cores of 12 W for half an hour.
        assertThat(quote(0.012).get(1).max()).isEqualTo(0.024);
    }

    @Test
    void energyIsNotQuotedWhereNobodySaysWhatACoreTakes() {
        assertThat(quote(0)).extracting(Bound::type).containsExactly("urn:money");
    }
}
