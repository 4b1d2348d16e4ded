package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.settings.Settings;

/** Who tries tokens waits, and nobody else has to. */
class RatesTest {
    private final AtomicLong now = new AtomicLong();
    private final Rates rates = new Rates(Settings.ofYaml("limits: {address: {rate: 0}, caller: {rate: 0}}"), now::get);

    private static HttpServletRequest call(String address, @Nullable String token) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                RatesTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getRemoteAddr" -> address;
                    case "getHeader" -> "Authorization".equals(arguments[0]) ? token : null;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private void tried(String address, int times) {
        for (int i = 0; i < times; i++) {
            rates.answered(call(address, "Bearer made-up-" + i), 401, false);
        }
    }

    @Test
    void whoTriesTokensWaits() {
        tried("192.0.2.7", 29);
        assertThat(rates.wait(call("192.0.2.7", "Bearer next"))).isZero();
        tried("192.0.2.7", 10);
        assertThat(rates.wait(call("192.0.2.7", "Bearer next"))).isPositive();
        assertThat(rates.wait(call("192.0.2.7", null))).as("anonymous").isZero();
        assertThat(rates.wait(call("192.0.2.8", "Bearer next"))).as("elsewhere").isZero();
        now.addAndGet(Duration.ofSeconds(3).toNanos());
        assertThat(rates.wait(call("192.0.2.7", "Bearer next"))).as("later").isZero();
    }

    @Test
    void whoseTokenWasGoodLatelyDoesNotWaitForOthersAtTheSameAddress() {
        HttpServletRequest anna = call("192.0.2.7", "Bearer annas");
        rates.answered(anna, 200, true);
        tried("192.0.2.7", 60);
        assertThat(rates.wait(anna)).isZero();

        rates.answered(anna, 401, false);
        assertThat(rates.wait(anna)).as("it was withdrawn").isPositive();
    }

    @Test
    void anAnswerThatSaysNothingOfATokenMakesItNoGoodOne() {
        tried("192.0.2.7", 60);
        for (int status : new int[] {200, 429, 503}) {
            HttpServletRequest call = call("192.0.2.7", "Bearer unheard-of");
            rates.answered(call, status, false);
            assertThat(rates.wait(call)).as("after %d", status).isPositive();
        }
    }

    @Test
    void goodOnesAreForgottenAfterAWhileAndWhenThereAreTooMany() {
        LatelyGood good = new LatelyGood(2, Duration.ofSeconds(10));
        good.add("a", 0);
        assertThat(good.has("a", 9_999_999_999L)).isTrue();
        assertThat(good.has("a", 10_000_000_000L)).isFalse();
        good.add("b", 0);
        good.add("c", 0);
        assertThat(good.has("a", 1)).isFalse();
        assertThat(good.has("c", 1)).isTrue();
    }
}
