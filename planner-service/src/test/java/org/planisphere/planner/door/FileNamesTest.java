package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6266, section 4.3, and RFC 8187: what a browser calls a file that it saves. */
class FileNamesTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "answer.txt|inline; filename=\"answer.txt\"",
                "a/b/plot-1_2.svg|inline; filename=\"plot-1_2.svg\"",
                "no good\".txt|inline; filename=\"no_good_.txt\"; filename*=UTF-8''no%20good%22.txt",
                "sterne ☆.fits|inline; filename=\"sterne__.fits\"; filename*=UTF-8''sterne%20%E2%98%86.fits",
                "x%0d%0aSet-Cookie: a=b|inline; filename=\"x_0d_0aSet-Cookie__a_b\";"
                        + " filename*=UTF-8''x%250d%250aSet-Cookie%3A%20a%3Db",
                "a*b|inline; filename=\"a_b\"; filename*=UTF-8''a%2Ab",
            })
    void aNameIsToldSoThatNothingInItMeansAnything(String name, String told) {
        assertThat(FilesDoor.named(name)).isEqualTo(told);
    }

    @ParameterizedTest
    @CsvSource({"13", "10", "0", "34", "92", "127"})
    void noCharacterEndsTheHeader(int code) {
        String told = FilesDoor.named("a" + (char) code + "b");
        assertThat(told).matches("[ -~]+").contains("filename=\"a_b\"");
    }
}
