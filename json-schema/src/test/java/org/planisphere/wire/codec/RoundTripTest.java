package org.planisphere.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A document means the same in every format, and nothing is lost on the way from one to the next. */
class RoundTripTest {
    private static final ObjectMapper PLAIN = new ObjectMapper();

    static Stream<Example> json() {
        return Example.of(Format.JSON);
    }

    static Stream<Example> all() {
        return Example.all();
    }

    private static JsonNode tree(byte[] json) throws Exception {
        return PLAIN.readTree(new String(json, StandardCharsets.UTF_8));
    }

    /** Numbers as doubles: 2 and 2.0 are one number in JSON. */
    private static JsonNode normal(JsonNode node) {
        if (node.isFloatingPointNumber() && node.doubleValue() == Math.rint(node.doubleValue())) {
            return PLAIN.valueToTree(node.decimalValue().toBigInteger());
        }
        if (node.isContainerNode()) {
            JsonNode copy = node.deepCopy();
            if (copy.isArray()) {
                for (int i = 0; i < copy.size(); i++) {
                    ((com.fasterxml.jackson.databind.node.ArrayNode) copy).set(i, normal(copy.get(i)));
                }
            } else {
                copy.fieldNames()
                        .forEachRemaining(name -> ((com.fasterxml.jackson.databind.node.ObjectNode) copy)
                                .replace(name, normal(copy.get(name))));
            }
            return copy;
        }
        return node.isNumber() ? PLAIN.valueToTree(node.bigIntegerValue()) : node;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("json")
    void jsonToXmlToYamlToJsonLosesNothing(Example example) throws Exception {
        Object first = Codecs.read(example.bytes(), Format.JSON, example.type());
        Object second = Codecs.read(Codecs.write(first, Format.XML), Format.XML, example.type());
        Object third = Codecs.read(Codecs.write(second, Format.YAML), Format.YAML, example.type());
        byte[] last = Codecs.write(third, Format.JSON);
        assertThat(normal(tree(last))).isEqualTo(normal(tree(example.bytes())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void everyFormOfAnExampleSaysTheSame(Example example) throws Exception {
        byte[] json = Codecs.write(Codecs.read(example.bytes(), example.format(), example.type()), Format.JSON);
        assertThat(Files.exists(example.in(Format.JSON).path())).isTrue();
        assertThat(normal(tree(json)))
                .isEqualTo(normal(tree(example.in(Format.JSON).bytes())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("json")
    void whatIsWrittenIsTheGoldenXmlAndYaml(Example example) throws Exception {
        Object value = Codecs.read(example.bytes(), Format.JSON, example.type());
        assertThat(new String(Codecs.write(value, Format.XML), StandardCharsets.UTF_8))
                .isEqualTo(unindented(new String(example.in(Format.XML).bytes(), StandardCharsets.UTF_8)));
        assertThat(new String(Codecs.write(value, Format.YAML), StandardCharsets.UTF_8))
                .isEqualTo(new String(example.in(Format.YAML).bytes(), StandardCharsets.UTF_8));
    }

    /** The golden XML is indented for people; line ends stand only between tags. */
    private static String unindented(String xml) {
        return xml.replaceAll(">\\n *<", "><").replaceFirst("\\?><", "?>\n<");
    }
}
