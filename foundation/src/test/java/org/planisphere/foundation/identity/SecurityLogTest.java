package org.planisphere.foundation.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class SecurityLogTest {
    @Test
    void eachEventIsOneLineWhateverIsInIt() {
        List<String> lines = new CopyOnWriteArrayList<>();
        Logger logger = Logger.getLogger(SecurityLog.LOGGER);
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                lines.add(entry.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Level before = logger.getLevel();
        logger.setLevel(Level.INFO);
        logger.addHandler(handler);
        try {
            SecurityLog.tell(
                    SecurityLog.Event.AMBIGUOUS, "10.0.0.1\r\nrecognised iam|root", "{0} \u2028" + "x".repeat(5000));
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(before);
        }
        assertThat(lines)
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("ambiguous 10.0.0.1  recognised iam|root {0} ")
                        .endsWith("...")
                        .hasSizeLessThan(1000)
                        .doesNotContain("\n", "\r", "\u2028"));
    }

    @Test
    void aFloodWritesSoManyLinesInASecondAndThenHowManyWereLeftOut() {
        SecurityLog.Window window = new SecurityLog.Window(3);
        long now = 5_000_000_000L;
        assertThat(window.enter(now)).isZero();
        assertThat(window.enter(now)).isZero();
        assertThat(window.enter(now + 1)).isZero();
        assertThat(window.enter(now + 2)).isNegative();
        assertThat(window.enter(now + 999_999_999L)).isNegative();
        assertThat(window.enter(now + 1_000_000_000L)).isEqualTo(2);
        assertThat(window.enter(now + 1_000_000_001L)).isZero();
    }
}
