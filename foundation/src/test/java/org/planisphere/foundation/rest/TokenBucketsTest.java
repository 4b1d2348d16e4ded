package org.planisphere.foundation.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TokenBucketsTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void anEmptyBucketSaysHowLongToWaitAndFillsAgain() {
        TokenBuckets buckets = new TokenBuckets(2, 4);

        for (int i = 0; i < 4; i++) {
            assertThat(buckets.take("a", 0)).isZero();
        }
        assertThat(buckets.take("a", 0)).isEqualTo(1);
        assertThat(buckets.wait("a", 0)).isEqualTo(1);
        assertThat(buckets.take("a", SECOND)).isZero();
        assertThat(buckets.take("a", SECOND)).isZero();
        assertThat(buckets.take("a", SECOND)).isPositive();
    }

    @Test
    void oneWhoTakesTooMuchTakesNothingFromOthers() {
        TokenBuckets buckets = new TokenBuckets(1, 2);
        for (int i = 0; i < 100; i++) {
            buckets.take("greedy", 0);
        }

        assertThat(buckets.take("modest", 0)).isZero();
    }

    @Test
    void memoryIsBoundedWhateverComes() {
        TokenBuckets buckets = new TokenBuckets(1, 2);
        for (int i = 0; i < 200_000; i++) {
            buckets.take("caller " + i, i);
        }

        assertThat(buckets.remembered()).isEqualTo(50_000);
    }

    @Test
    void onlyProxiesOfOursAreBelieved() {
        Proxies proxies = new Proxies(List.of("10.0.0.0/8", "127.0.0.1"));

        assertThat(proxies.origin("192.0.2.7", "198.51.100.1")).isEqualTo("192.0.2.7");
        assertThat(proxies.origin("127.0.0.1", "198.51.100.1")).isEqualTo("198.51.100.1");
        assertThat(proxies.origin("127.0.0.1", "203.0.113.9, 198.51.100.1, 10.1.2.3"))
                .isEqualTo("198.51.100.1");
        assertThat(proxies.origin("127.0.0.1", "evil.example.org")).isEqualTo("127.0.0.1");
        assertThat(proxies.origin("127.0.0.1", null)).isEqualTo("127.0.0.1");
        assertThat(proxies.origin("2001:db8:1:2:3:4:5:6", null))
                .isEqualTo(proxies.origin("2001:db8:1:2:ffff::1", null))
                .isNotEqualTo(proxies.origin("2001:db8:1:3::1", null));
        assertThatThrownBy(() -> new Proxies(List.of("proxy.example.org")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Proxies(List.of("10.0.0.0/33"))).isInstanceOf(IllegalArgumentException.class);
    }
}
