package org.planisphere.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.Update;

class FaultsTest {
    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<Fault> faults(String text, Format format, Class<?> type) {
        MalformedDocument malformed =
                catchThrowableOfType(MalformedDocument.class, () -> Codecs.read(utf8(text), format, type));
        assertThat(malformed).as("refused: %s", text).isNotNull();
        return malformed.faults();
    }

    private static List<Fault> faults(String text, Format format) {
        return faults(text, format, ExecutionRequest.class);
    }

    private static String many(Format format) {
        switch (format) {
            case XML:
                return "<offers-request><executable kind='k'><privileged>maybe</privileged>"
                        + "<command>ls</command></executable>"
                        + "<compute kind='k'><cores><min>four</min><max>1.5</max></cores><memory>8</memory></compute>"
                        + "<storage><storage-resource kind='k'><size><min>1</min></size></storage-resource>"
                        + "<storage-resource kind='k'><size><min/></size></storage-resource></storage>"
                        + "<costs><cost kind='k'><max>NaN</max></cost></costs></offers-request>";
            case YAML:
                return "executable: {kind: k, privileged: maybe, command: ls}\n"
                        + "compute:\n  kind: k\n  cores: {min: four, max: 1.5}\n  memory: 8\n"
                        + "storage:\n- {kind: k, size: {min: 1}}\n- {kind: k, size: {min: ''}}\n"
                        + "costs:\n- kind: k\n  max: .nan\n";
            default:
                return "{\"executable\":{\"kind\":\"k\",\"privileged\":\"maybe\",\"command\":\"ls\"},"
                        + "\"compute\":{\"kind\":\"k\",\"cores\":{\"min\":\"four\",\"max\":1.5},\"memory\":8},"
                        + "\"storage\":[{\"kind\":\"k\",\"size\":{\"min\":1}},{\"kind\":\"k\",\"size\":{\"min\":\"\"}}],"
                        + "\"costs\":[{\"kind\":\"k\",\"max\":1e999999}]}";
        }
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void tellsAllFaultsAtOnceWithTheirPlace(Format format) {
        assertThat(faults(many(format), format))
                .extracting(Fault::pointer)
                .containsExactlyInAnyOrder(
                        "/executable/privileged",
                        "/executable/command",
                        "/compute/cores/min",
                        "/compute/cores/max",
                        "/compute/memory",
                        "/storage/1/size/min",
                        "/costs/0/max");
    }

    @Test
    void saysWhatWasExpectedAndWhatStandsThere() {
        assertThat(faults("{\"compute\":{\"cores\":{\"min\":\"four\"}}}", Format.JSON))
                .containsExactly(new Fault(
                        "/compute/cores/min", "Expected a whole number of 64 bits, found the text \"four\"."));
    }

    @Test
    void saysWhyADocumentIsNotWellFormedWhereverTheParserStopped() {
        assertThat(faults("{\"executable\":{\"kind\":\"a\",\"kind\":\"b\"}}", Format.JSON))
                .singleElement()
                .satisfies(fault -> assertThat(fault.detail()).contains("Duplicate field 'kind'"));
        assertThat(faults("{\"executable\":{\"kind\":\"a\",", Format.JSON))
                .singleElement()
                .satisfies(fault -> assertThat(fault.detail()).contains("end-of-input"));
    }

    @Test
    void quotesTheCallersTextShortAndHarmless() {
        String name = "\\u001b[31m" + "x".repeat(5000);
        Fault fault = faults("{\"compute\":{\"cores\":{\"min\":\"" + name + "\"}}}", Format.JSON)
                .get(0);
        assertThat(fault.detail()).hasSizeLessThan(120).doesNotContain("\u001b").contains("…");
    }

    @Test
    void listsAHundredFaultsAtMost() {
        List<Fault> faults = faults("{\"storage\":[" + "1,".repeat(5000) + "1]}", Format.JSON);
        assertThat(faults).hasSize(101);
        assertThat(faults.get(100).detail()).contains("more faults");
    }

    @Test
    void escapesNamesInPointers() { // RFC 6901
        assertThat(faults("{\"executable\":{\"environment\":{\"a/b~c\":1}}}", Format.JSON))
                .extracting(Fault::pointer)
                .containsExactly("/executable/environment/a~1b~0c");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "{\"compute\":{\"cores\":{\"min\":\"4\"}}}",
                "{\"compute\":{\"cores\":{\"min\":4.5}}}",
                "{\"compute\":{\"cores\":{\"min\":9223372036854775808}}}",
                "{\"compute\":{\"cores\":{\"min\":1e30}}}",
                "{\"compute\":{\"cores\":{\"min\":true}}}",
                "{\"compute\":{\"cores\":[]}}",
                "{\"compute\":{\"cores\":\"\"}}",
                "{\"compute\":\"\"}",
                "{\"compute\":[{}]}",
                "{\"executable\":{\"privileged\":1}}",
                "{\"executable\":{\"privileged\":\"true\"}}",
                "{\"executable\":{\"location\":5}}",
                "{\"executable\":{\"location\":true}}",
                "{\"executable\":{\"location\":{}}}",
                "{\"executable\":{\"location\":\"\\ud800\"}}",
                "{\"executable\":{\"command\":[\"a\",null]}}",
                "{\"executable\":{\"command\":{}}}",
                "{\"executable\":{\"environment\":[]}}",
                "{\"executable\":{\"environment\":{\"A\":null}}}",
                "{\"executable\":{\"meta\":{\"created\":\"yesterday\"}}}",
                "{\"executable\":{\"meta\":{\"created\":0}}}",
                "{\"executable\":{\"meta\":{\"created\":\"+999999999-01-01T00:00:00Z\"}}}",
                "{\"storage\":{}}",
                "{\"storage\":[null]}",
                "{\"costs\":[{\"min\":\"1\"}]}",
                "{\"costs\":[{\"min\":-1e400}]}",
            })
    void refusesAValueOfTheWrongType(String document) {
        assertThat(faults(document, Format.JSON)).hasSize(1);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "<offers-request><compute><cores><min>0x4</min></cores></compute></offers-request>",
                "<offers-request><compute><cores><min>4 5</min></cores></compute></offers-request>",
                "<offers-request><compute><cores><min>4</min><min>4</min></cores></compute></offers-request>",
                "<offers-request><compute><cores>4</cores></compute></offers-request>",
                "<offers-request><executable><privileged>yes</privileged></executable></offers-request>",
                "<offers-request><executable><location><a/></location></executable></offers-request>",
                "<offers-request><executable><command>ls</command></executable></offers-request>",
                "<offers-request><executable><command><arg>ls</arg></command></executable></offers-request>",
                "<offers-request><executable><environment><entry>1</entry></environment></executable></offers-request>",
                "<offers-request><executable><environment><entry name='a'/><entry name='a'/></environment>"
                        + "</executable></offers-request>",
                "<offers-request><costs><cost><min>INF</min></cost></costs></offers-request>",
                "<offers-request><costs><cost><min>0x1p3</min></cost></costs></offers-request>",
                "<offers-request><storage><storage/></storage></offers-request>",
                "<offers-request>text</offers-request>",
                "<offers-response/>",
                "<offers-request xmlns='urn:other'/>",
            })
    void refusesTheSameInXml(String document) {
        assertThat(faults(document, Format.XML)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void tellsWhereADocumentIsNotWellFormed(Format format) {
        String text = format == Format.XML
                ? "<offers-request>\n <compute>\n</offers-request>"
                : format == Format.JSON ? "{\n \"compute\": }" : "compute:\n  kind: [a\nb: }";
        assertThat(faults(text, format)).last().satisfies(fault -> {
            assertThat(fault.pointer()).isEmpty();
            assertThat(fault.detail()).startsWith("Not well-formed " + format).contains("line ", "column ");
        });
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void toleratesNamesItDoesNotKnow(Format format) throws Exception {
        String text = format == Format.XML
                ? "<offers-request a='1' xmlns:x='urn:x'><later><b>1</b></later><compute x:kind='z'><cores><min> 4 </min>"
                        + "<x:min>5</x:min></cores></compute></offers-request>"
                : format == Format.JSON
                        ? "{\"later\":{\"b\":[1,{}]},\"compute\":{\"x\":null,\"cores\":{\"min\":4,\"n\":1e999999}}}"
                        : "later: {b: [1]}\ncompute:\n  x: ~\n  cores:\n    min: 4\n";
        ExecutionRequest request = Codecs.read(utf8(text), format, ExecutionRequest.class);
        assertThat(request.compute.cores.min).isEqualTo(4);
    }

    @Test
    void takesAWholeNumberWrittenWithAPoint() throws Exception { // JSON Schema: 4.0 is an integer
        ExecutionRequest request = Codecs.read(
                utf8("{\"compute\":{\"cores\":{\"min\":4.0,\"max\":8}}}"), Format.JSON, ExecutionRequest.class);
        assertThat(request.compute.cores.min).isEqualTo(4);
        assertThat(request.compute.cores.max).isEqualTo(8);
    }

    @Test
    void readsNoAsTextInYaml() throws Exception {
        ExecutionRequest request =
                Codecs.read(utf8("executable:\n  kind: k\n  location: no\n"), Format.YAML, ExecutionRequest.class);
        assertThat(request.executable.location).isEqualTo("no");
    }

    @Nested
    class Updates {
        @Test
        void takesTextAndWholeNumbersAsValue() throws Exception {
            Update text = Codecs.read(
                    utf8("{\"kind\":\"uri:enum-value-update\",\"path\":\"phase\",\"value\":\"ACCEPTED\"}"),
                    Format.JSON,
                    Update.class);
            Update whole = Codecs.read(
                    utf8("{\"value\":7200,\"kind\":\"uri:integer-value-update\",\"path\":\"duration\"}"),
                    Format.JSON,
                    Update.class);
            assertThat(text.value).isEqualTo("ACCEPTED");
            assertThat(whole.value).isEqualTo("7200");
            assertThat(new String(Codecs.write(whole, Format.JSON), StandardCharsets.UTF_8))
                    .isEqualTo("{\"kind\":\"uri:integer-value-update\",\"path\":\"duration\",\"value\":7200}");
        }

        @ParameterizedTest(name = "{0}")
        @ValueSource(strings = {"{\"value\":{}}", "{\"value\":[1]}", "{\"value\":true}", "{\"value\":1.5}"})
        void refusesAnyOtherValue(String document) {
            assertThat(faults(document, Format.JSON, Update.class))
                    .extracting(Fault::pointer)
                    .containsExactly("/value");
        }

        @ParameterizedTest
        @ValueSource(strings = {"update", "AbstractUpdate", "EnumValueUpdate"})
        void takesTheRootsThatGeneratedClientsWrite(String root) throws Exception {
            String text = "<" + root + " kind='uri:enum-value-update'><path>/phase</path><value>ACCEPTED</value></"
                    + root + ">";
            assertThat(Codecs.read(utf8(text), Format.XML, Update.class).value).isEqualTo("ACCEPTED");
        }
    }

    @Test
    void takesTheKindAsAttributeOrElement() throws Exception {
        String text = "<execution><kind>k</kind><phase>OFFERED</phase></execution>";
        assertThat(Codecs.read(utf8(text), Format.XML, ExecutionSession.class).kind)
                .isEqualTo("k");
    }
}
