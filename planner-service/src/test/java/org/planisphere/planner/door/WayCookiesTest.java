package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WayCookiesTest {
    private static final UUID SESSION = UUID.fromString("a7f10512-0da5-432b-9f8f-7e7b5a60653b");
    private static final String NAMES = "way-" + SESSION + "-0-";

    private final WayCookies cookies = WayCookies.of(SESSION, 0, "/planner/sessions/x/connectors/0/", true);

    @Test
    void aCookieIsKeptUnderANameAndAPathOfItsOwn() {
        assertThat(cookies.kept("_xsrf=2|a; Domain=example.org; Path=/; Max-Age=60; SameSite=None"))
                .hasValue(NAMES + "_xsrf=2|a; Max-Age=60; Path=/planner/sessions/x/connectors/0/; HttpOnly;"
                        + " SameSite=Strict; Secure");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=x", "a", "a b=c", "a=b\r\nX: y", "a=b c", "a\u0000=b", "a=\u00e9"})
    void whatIsNoCookieIsNotKept(String set) {
        assertThat(cookies.kept(set)).isEmpty();
    }

    @Test
    void noAttributeSmugglesAnother() {
        assertThat(cookies.kept("a=b; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/x; Max-Age=9, Domain=a"))
                .hasValue(NAMES + "a=b; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/planner/sessions/x/connectors/0/;"
                        + " HttpOnly; SameSite=Strict; Secure");
    }

    @Test
    void onlyItsOwnAreSentToTheService() {
        String other = NAMES.replace("-0-", "-1-");
        assertThat(cookies.sent(List.of(
                        "planisphere-session=secret; " + NAMES + "a=1; " + other + "b=2",
                        NAMES + "c=\"3\"; " + NAMES + "=4")))
                .hasValue("a=1; c=\"3\"");
        assertThat(cookies.sent(List.of("planisphere-session=secret"))).isEmpty();
        assertThat(cookies.sent(null)).isEmpty();
    }

    @Test
    void atAnOriginOfItsOwnTheServiceKeepsItsNamesAndNeverGetsOurs() {
        WayCookies own = WayCookies.ofOwnOrigin("planisphere-live", false);
        assertThat(own.kept("_xsrf=2|a; Domain=example.org; Path=/deep"))
                .hasValue("_xsrf=2|a; Path=/; SameSite=Strict");
        assertThat(own.kept("user=a; HttpOnly")).hasValue("user=a; Path=/; HttpOnly; SameSite=Strict");
        assertThat(own.kept("planisphere-live=forged")).isEmpty();
        assertThat(own.kept("Planisphere-Live=forged")).isEmpty();
        assertThat(own.sent(List.of("planisphere-live=secret; _xsrf=2|a"))).hasValue("_xsrf=2|a");
    }
}
