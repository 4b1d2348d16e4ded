package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.foundation.identity.Caller;

class LivePassesTest {
    private static final UUID SESSION = UUID.fromString("a7f10512-0da5-432b-9f8f-7e7b5a60653b");

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1000);
    private final LivePasses passes = new LivePasses(URI.create("https://live.example:8443"), now::get);

    private String ticket() {
        return passes.ticket(SESSION, "/there", () -> Optional.of(Caller.ANONYMOUS));
    }

    @Test
    void everySessionHasAHostOfItsOwn() {
        assertThat(passes.origin(SESSION)).hasValue("https://" + SESSION + ".live.example:8443");
        assertThat(passes.session(SESSION + ".live.example:8443")).hasValue(SESSION);
        assertThat(passes.session((SESSION + ".Live.Example:8443").toUpperCase(java.util.Locale.ROOT)))
                .hasValue(SESSION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "live.example:8443",
                "x.live.example:8443",
                "a7f10512-0da5-432b-9f8f-7e7b5a60653b.live.example",
                "a7f10512-0da5-432b-9f8f-7e7b5a60653b.evil.example:8443",
                "x.a7f10512-0da5-432b-9f8f-7e7b5a60653b.live.example:8443"
            })
    void otherHostsAreNobodys(String host) {
        assertThat(passes.session(host)).isEmpty();
    }

    @Test
    void aTicketIsGoodOnceAndForAMinute() {
        String first = ticket();
        assertThat(passes.enter(first, SESSION)).isPresent();
        assertThat(passes.enter(first, SESSION)).isEmpty();
        String second = ticket();
        now.addAndGet(LivePasses.TICKET.toNanos());
        assertThat(passes.enter(second, SESSION)).isEmpty();
    }

    @Test
    void aTicketThatWasShownElsewhereIsGoodForNothingAnyMore() {
        String ticket = ticket();
        assertThat(passes.enter(ticket, UUID.randomUUID())).isEmpty();
        assertThat(passes.enter(ticket, SESSION)).isEmpty();
    }

    @Test
    void aPassIsGoodForItsSessionUntilItsTimeIsOver() {
        String cookie = "a=b; " + passes.cookie() + "="
                + passes.enter(ticket(), SESSION).orElseThrow().secret();
        assertThat(passes.cookie()).as("no other host can set it").startsWith("__Host-");
        assertThat(passes.pass(cookie, SESSION)).isPresent();
        assertThat(passes.pass(cookie, UUID.randomUUID())).isEmpty();
        assertThat(passes.pass(null, SESSION)).isEmpty();
        now.addAndGet(LivePasses.PASS.toNanos());
        assertThat(passes.pass(cookie, SESSION)).isEmpty();
    }

    @Test
    void theOldestGoWhenThereAreTooMany() {
        String oldest = ticket();
        for (int i = 0; i < LivePasses.MOST; i++) {
            ticket();
        }
        assertThat(passes.enter(oldest, SESSION)).isEmpty();
    }

    @Test
    void aNodeOfThisMachineAloneNeedsNoSetting() {
        assertThat(LivePasses.of(Optional.empty(), URI.create("http://127.0.0.1:8080/"))
                        .origin(SESSION))
                .hasValue("http://" + SESSION + ".localhost:8080");
        assertThat(LivePasses.of(Optional.empty(), URI.create("https://planner.example/"))
                        .origin(SESSION))
                .isEmpty();
    }
}
