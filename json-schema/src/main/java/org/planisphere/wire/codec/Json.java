package org.planisphere.wire.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.NameValueMap;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * The shared Jackson mappers, built once: absent values and empty lists are left out, instants are ISO 8601 text, what
 * is read is bounded in depth and length and has no name twice. For documents of the contract from outside use
 * {@link Codecs}, which tells every fault; these are for what we wrote ourselves (stored documents, events) and for
 * trees. Safe for many threads; never reconfigure them.
 */
public final class Json {
    static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder()
            .maxNestingDepth(Limits.DEPTH + 1)
            .maxStringLength(Limits.TEXT)
            .maxNumberLength(Limits.NUMBER)
            .maxNameLength(Limits.NAME)
            .build();

    private static final ObjectMapper JSON =
            common(JsonMapper.builder(jsonFactory())).build();
    private static final ObjectMapper YAML = common(
                    YAMLMapper.builder(yamlFactory()).addModule(new SimpleModule("planisphere-yaml")))
            .build();
    private static final ObjectWriter PRETTY = JSON.writerWithDefaultPrettyPrinter();

    private Json() {}

    /** Compact JSON. */
    public static ObjectMapper mapper() {
        return JSON;
    }

    /** YAML in block style, one document without a marker, every text quoted. */
    public static ObjectMapper yaml() {
        return YAML;
    }

    /** JSON for people: indented. */
    public static String pretty(Object value) {
        try {
            return PRETTY.writeValueAsString(value);
        } catch (IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
    }

    /** Text as JSON, with its quotation marks. */
    public static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(Scalars.mended(text))) + '"';
    }

    static <M extends ObjectMapper, B extends MapperBuilder<M, B>> B common(B builder) {
        return builder.addModule(new Forms())
                .serializationInclusion(JsonInclude.Include.NON_NULL)
                .withConfigOverride(List.class, list -> list.setInclude(omitEmpty()))
                .withConfigOverride(NameValueMap.class, map -> map.setInclude(omitEmpty()))
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    private static JsonInclude.Value omitEmpty() {
        return JsonInclude.Value.construct(JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS);
    }

    static JsonFactory jsonFactory() {
        return JsonFactory.builder()
                .streamReadConstraints(CONSTRAINTS)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .enable(StreamWriteFeature.STRICT_DUPLICATE_DETECTION)
                .build();
    }

    static PlainYaml yamlFactory() {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(0);
        options.setAllowDuplicateKeys(false);
        options.setAllowRecursiveKeys(false);
        options.setNestingDepthLimit(Limits.DEPTH);
        options.setCodePointLimit(Limits.BYTES);
        return new PlainYaml(YAMLFactory.builder()
                .loaderOptions(options)
                .streamReadConstraints(CONSTRAINTS)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .disable(YAMLGenerator.Feature.SPLIT_LINES)
                .stringQuotingChecker(new PlainNames())
                .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS));
    }

    /** Leaves only names bare that no reader can take for anything else, or fold. */
    private static final class PlainNames extends StringQuotingChecker.Default {
        private static final long serialVersionUID = 1L;
        private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

        @Override
        public boolean needToQuoteName(String name) {
            return !PLAIN.matcher(name).matches() || super.needToQuoteName(name);
        }
    }

    /** How scalars are written, and instants read. */
    private static final class Forms extends SimpleModule {
        private static final long serialVersionUID = 1L;

        Forms() {
            super("planisphere-forms");
            addSerializer(Instant.class, new JsonSerializer<Instant>() {
                @Override
                public void serialize(Instant value, JsonGenerator out, SerializerProvider provider)
                        throws IOException {
                    out.writeString(Scalars.text(value));
                }
            });
            addSerializer(Double.class, new JsonSerializer<Double>() {
                @Override
                public void serialize(Double value, JsonGenerator out, SerializerProvider provider) throws IOException {
                    out.writeNumber(Scalars.text(value));
                }
            });
            addSerializer(String.class, new JsonSerializer<String>() {
                @Override
                public void serialize(String value, JsonGenerator out, SerializerProvider provider) throws IOException {
                    out.writeString(Scalars.mended(value));
                }

                @Override
                public boolean isEmpty(SerializerProvider provider, @Nullable String value) {
                    return value == null || value.isEmpty();
                }
            });
            addDeserializer(Instant.class, new StdScalarDeserializer<Instant>(Instant.class) {
                private static final long serialVersionUID = 1L;

                @Override
                public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
                    Instant instant = Scalars.instant(parser.getText());
                    return instant == null
                            ? (Instant)
                                    context.handleWeirdStringValue(Instant.class, parser.getText(), "not an instant")
                            : instant;
                }
            });
        }
    }
}
