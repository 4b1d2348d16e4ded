package org.planisphere.wire.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.OfferSetResponse;

/** Offers are passed on as they came. */
class OfferTextsTest {
    private static final String NEW = "\"planner\":\"A\",\"metrics\":[]";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{ }",
                "{\"phase\":\"OFFERED\"}",
                "{\"planner\":\"x\"}",
                "{\"planner\":\"x\",\"phase\":\"OFFERED\"}",
                "{\"phase\":\"OFFERED\",\"planner\":\"x\"}",
                "{\"phase\":\"OFFERED\" , \"metrics\" : [ {\"min\":1} ] ,\n\"planner\":\"x\" }",
                "{\"metrics\":[{\"min\":1}],\"meta\":{\"name\":\"n\",\"planner\":\"not ours\"},\"planner\":\"}\"}",
                "{\"\\u006detrics\":[],\"phase\":\"OFFERED\"}",
                "{\"phase\":\"OFFERED\",\"theirs\":{\"metrics\":[1,{\"offers\":[{}]}],\"größe\":\"€ 😀 \\\" ,}\"}}"
            })
    void withTheirOwnValuesPutAnew(String offer) throws Exception {
        ExecutionSession read = only("{\"result\":\"YES\",\"offers\":[" + offer + "]}");
        ExecutionSession passed =
                only("{\"offers\":[" + Objects.requireNonNull(read.text).with(NEW) + "]}");
        assertThat(passed.planner).isEqualTo("A");
        assertThat(passed.metrics).isNullOrEmpty();
        read.planner = "A";
        read.metrics = null;
        passed.metrics = null;
        assertThat(Codecs.write(passed, Format.JSON)).isEqualTo(Codecs.write(read, Format.JSON));
    }

    @Test
    void keepWhatIsNotKnownHere() throws Exception {
        ExecutionSession read = only("{\"offers\":[{\"theirs\":[1, 2],\"phase\":\"OFFERED\"}]}");
        assertThat(Objects.requireNonNull(read.text).with(NEW))
                .isEqualTo("{\"theirs\":[1, 2],\"phase\":\"OFFERED\"," + NEW + "}");
        assertThat(read.text.with("")).isEqualTo("{\"theirs\":[1, 2],\"phase\":\"OFFERED\"}");
    }

    @Test
    void areFoundInLongDocumentsWithOtherListsBesideThem() throws Exception {
        String long1 = "x".repeat(50_000);
        String offers = String.join(
                ", ",
                IntStream.range(0, 300)
                        .mapToObj(i -> "{\"phase\":\"OFFERED\",\"meta\":{\"name\":\"" + i + "\"},\"planner\":\"p\"}")
                        .toList());
        OfferSetResponse set = read("{\"other\":[{\"a\":1}],\"meta\":{\"messages\":[{\"message\":\"" + long1
                + "\"}],\"offers\":[{\"b\":{}}]},\n\"offers\" : [ " + offers + " ],\"more\":[{}]}");
        assertThat(set.offers).hasSize(300);
        for (int i = 0; i < 300; i++) {
            assertThat(set.offers.get(i).text).hasToString("{\"phase\":\"OFFERED\",\"meta\":{\"name\":\"" + i + "\"}}");
        }
    }

    @Test
    void areJudgedAsEveryDocument() {
        for (String bad : List.of(
                "{\"offers\":{\"a\":{}}}",
                "{\"offers\":[null]}",
                "{\"offers\":[{\"phase\":1}]}",
                "{\"offers\":[{\"phase\":\"A\",\"phase\":\"B\"}]}",
                "{\"offers\":[{\"theirs\":{\"a\":1,\"a\":2}}]}",
                "{\"offers\":[{\"theirs\":[null]}]}",
                "{\"offers\":[{\"phase\":\"\\ud800\"}]}",
                "{\"offers\":[{}]} {}",
                "{\"offers\":[{]}")) {
            assertThatThrownBy(() -> read(bad)).as(bad).isInstanceOf(MalformedDocument.class);
        }
        assertThatThrownBy(() -> Codecs.readOffers("{\"offers\":[]}".getBytes(UTF_8), 5))
                .isInstanceOf(DocumentTooLarge.class);
    }

    @Test
    void areInUtf8AndInNothingElse() {
        for (Charset other : List.of(
                StandardCharsets.UTF_16BE,
                StandardCharsets.UTF_16LE,
                StandardCharsets.UTF_16,
                Charset.forName("UTF-32BE"),
                Charset.forName("UTF-32LE"),
                StandardCharsets.ISO_8859_1)) {
            byte[] document = "{\"offers\":[{\"phase\":\"é\"}]}".getBytes(other);
            assertThatThrownBy(() -> Codecs.readOffers(document, Limits.BYTES))
                    .as(other.name())
                    .isInstanceOf(MalformedDocument.class);
            byte[] ascii = "{\"offers\":[{\"phase\":\"OFFERED\"}]}".getBytes(other);
            if (!other.equals(StandardCharsets.ISO_8859_1)) {
                assertThatThrownBy(() -> Codecs.readOffers(ascii, Limits.BYTES))
                        .as(other.name())
                        .isInstanceOf(MalformedDocument.class);
            }
        }
    }

    private static OfferSetResponse read(String document) throws MalformedDocument {
        return Codecs.readOffers(document.getBytes(UTF_8), Limits.BYTES);
    }

    private static ExecutionSession only(String document) throws MalformedDocument {
        List<ExecutionSession> offers = Objects.requireNonNull(read(document).offers);
        assertThat(offers).hasSize(1);
        return offers.get(0);
    }
}
