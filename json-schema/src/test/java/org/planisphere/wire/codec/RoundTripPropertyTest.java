package org.planisphere.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.NameValueMap;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.Update;

/** Whatever stands in the fields of a document survives JSON, XML and YAML. */
@Tag("property")
class RoundTripPropertyTest {
    private static final String[] AWKWARD = {
        "", " ", "\n", "\r\n", "\t", "a: b", "- ", "#", "'", "\"", "\\", "&amp;", "<![CDATA[x]]>", "]]>", "null", "~",
                "yes",
        "NO", "true", "0x1F", "1e3", "1_000", ".inf", "2026-11-21", "*a", "&a", "!!str", "<<", "%", "@", "`", "{", "[",
                "\u00a0",
        "\u0085", "\u2028", "\ufeff", "é", "★", "𝛼", "日本", "---", "...", "? x", "| ", "> "
    };

    @Property(tries = 300)
    void requests(@ForAll long seed) throws Exception {
        survives(ExecutionRequest.class, seed);
    }

    @Property(tries = 300)
    void offerSets(@ForAll long seed) throws Exception {
        survives(OfferSetResponse.class, seed);
    }

    @Property(tries = 300)
    void sessions(@ForAll long seed) throws Exception {
        survives(ExecutionSession.class, seed);
    }

    @Property(tries = 300)
    void updates(@ForAll long seed) throws Exception {
        survives(Update.class, seed);
    }

    private static <T> void survives(Class<T> type, long seed) throws Exception {
        Object document = filled(type, new Random(seed), 0);
        String json = new String(Codecs.write(document, Format.JSON), StandardCharsets.UTF_8);
        for (Format format : Format.values()) {
            byte[] bytes = Codecs.write(document, format);
            T read = Codecs.read(bytes, format, type);
            assertThat(new String(Codecs.write(read, Format.JSON), StandardCharsets.UTF_8))
                    .as("%s: %s", format, new String(bytes, StandardCharsets.UTF_8))
                    .isEqualTo(json);
        }
    }

    private static Object filled(Class<?> type, Random random, int depth) throws Exception {
        Object object = type.getDeclaredConstructor().newInstance();
        for (Shape.Member member : Shape.of(type).members()) {
            if (random.nextInt(3) == 0) {
                Field field = member.field();
                field.set(object, value(field, member, random, depth));
            }
        }
        return object;
    }

    private static Object value(Field field, Shape.Member member, Random random, int depth) throws Exception {
        switch (member.content()) {
            case MAP:
                Map<String, String> map = new TreeMap<>();
                for (int i = random.nextInt(3); i >= 0; i--) {
                    map.put(text(random), text(random));
                }
                return NameValueMap.of(map);
            case OBJECT:
                return depth > 4 ? null : filled(field.getType(), random, depth + 1);
            case SCALAR:
                return scalar(field.getType(), random);
            default:
                Class<?> item = (Class<?>) ((ParameterizedType) field.getGenericType()).getActualTypeArguments()[0];
                List<Object> list = new ArrayList<>();
                for (int i = depth > 4 ? 0 : random.nextInt(3); i > 0; i--) {
                    list.add(
                            member.content() == Shape.Content.SCALARS
                                    ? scalar(item, random)
                                    : filled(item, random, depth + 1));
                }
                return list;
        }
    }

    private static Object scalar(Class<?> type, Random random) {
        if (type == Long.class) {
            return random.nextInt(4) == 0 ? random.nextLong() : (long) random.nextInt(100);
        }
        if (type == Double.class) {
            double value = Double.longBitsToDouble(random.nextLong());
            return Double.isFinite(value) ? value : random.nextDouble();
        }
        if (type == Boolean.class) {
            return random.nextBoolean();
        }
        if (type == Instant.class) {
            return Instant.ofEpochMilli(random.nextLong() % 60_000_000_000_000L);
        }
        return text(random);
    }

    /** Any text that XML 1.0 can hold. */
    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            if (random.nextInt(3) > 0) {
                text.append(AWKWARD[random.nextInt(AWKWARD.length)]);
            } else {
                int point = 0x20 + random.nextInt(0x2FFE0);
                boolean legal = point < 0xD800 || point > 0xDFFF && point < 0xFFFE || point > 0xFFFF;
                text.appendCodePoint(legal ? point : 'x');
            }
        }
        return text.toString();
    }
}
