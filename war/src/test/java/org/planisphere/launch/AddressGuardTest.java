package org.planisphere.launch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a",
                "/a/../b",
                "/a/./b",
                "/a%20b",
                "/%C3%A9",
                "/a%2Fb",
                "/a;x=../../y/b",
                "*",
                "/a//b",
                "/a/..",
                "/%41",
            })
    void ordinaryAddressesPass(String path) {
        assertThat(AddressGuard.readable(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%zz",
                "/%",
                "/%4",
                "/a%",
                "/%00",
                "/a%0d%0aSet-Cookie:x",
                "/..",
                "/a/../../b",
                "/%2e%2e/x",
                "/a\\b",
                "/a%5cb",
                "/..;/x",
                "/a\u007fb",
                "/%7f",
            })
    void whatTheContainerCannotReadIsRefused(String path) {
        assertThat(AddressGuard.readable(path)).isFalse();
    }
}
