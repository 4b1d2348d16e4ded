package org.planisphere.wire.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.CollectionType;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.NameValueMap;
import org.planisphere.wire.Update;

/**
 * Binds tokens to the wire types with no coercion: whatever is of the wrong type is recorded in the document's
 * {@link Faults} and read as absent, and the reading goes on.
 */
final class Strict extends SimpleModule {
    private static final long serialVersionUID = 1L;

    Strict() {
        super("planisphere-strict");
        addDeserializer(String.class, new Text());
        addDeserializer(Long.class, new Whole());
        addDeserializer(Double.class, new Decimal());
        addDeserializer(Boolean.class, new Truth());
        addDeserializer(Instant.class, new Moment());
        addDeserializer(NameValueMap.class, new NamedValues());
        setMixInAnnotation(Update.class, UpdateValue.class);
        setDeserializerModifier(new Structures());
    }

    private abstract static class Scalar<T> extends StdDeserializer<T> {
        private static final long serialVersionUID = 1L;
        private final String expected;

        Scalar(Class<T> type, String expected) {
            super(type);
            this.expected = expected;
        }

        abstract @Nullable T parse(JsonParser parser, Faults faults) throws IOException;

        @Override
        public @Nullable T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            T value = parse(parser, Faults.of(context));
            return value == null ? Faults.refuse(parser, context, expected) : value;
        }
    }

    private static final class Text extends Scalar<String> {
        private static final long serialVersionUID = 1L;

        Text() {
            super(String.class, "text");
        }

        @Override
        @Nullable
        String parse(JsonParser parser, Faults faults) throws IOException {
            if (!parser.hasToken(JsonToken.VALUE_STRING)) {
                return null;
            }
            String text = parser.getText();
            return faults.unicode || Scalars.unicode(text) ? text : null;
        }
    }

    private static final class Whole extends Scalar<Long> {
        private static final long serialVersionUID = 1L;

        Whole() {
            super(Long.class, "a whole number of 64 bits");
        }

        @Override
        @Nullable
        Long parse(JsonParser parser, Faults faults) throws IOException {
            if (parser.currentToken().isNumeric() && parser.getTextLength() > Limits.NUMBER) {
                return null;
            }
            switch (parser.currentToken()) {
                case VALUE_NUMBER_INT:
                    JsonParser.NumberType type = parser.getNumberType();
                    return type == JsonParser.NumberType.BIG_INTEGER ? null : Long.valueOf(parser.getLongValue());
                case VALUE_NUMBER_FLOAT:
                    Double number = Scalars.number(parser.getText());
                    return number == null ? null : Scalars.whole(number.doubleValue());
                case VALUE_STRING:
                    return faults.lexical ? Scalars.whole(parser.getText()) : null;
                default:
                    return null;
            }
        }
    }

    private static final class Decimal extends Scalar<Double> {
        private static final long serialVersionUID = 1L;

        Decimal() {
            super(Double.class, "a finite number");
        }

        @Override
        @Nullable
        Double parse(JsonParser parser, Faults faults) throws IOException {
            if (parser.currentToken().isNumeric() && parser.getTextLength() > Limits.NUMBER) {
                return null;
            }
            switch (parser.currentToken()) {
                case VALUE_NUMBER_INT:
                    double value = parser.getDoubleValue();
                    return Double.isFinite(value) ? Double.valueOf(value) : null;
                case VALUE_NUMBER_FLOAT:
                    return Scalars.number(parser.getText());
                case VALUE_STRING:
                    return faults.lexical ? Scalars.number(parser.getText()) : null;
                default:
                    return null;
            }
        }
    }

    private static final class Truth extends Scalar<Boolean> {
        private static final long serialVersionUID = 1L;

        Truth() {
            super(Boolean.class, "true or false");
        }

        @Override
        @SuppressWarnings("NullAway") // absent is what a Boolean that is none reads as
        @Nullable
        Boolean parse(JsonParser parser, Faults faults) throws IOException {
            switch (parser.currentToken()) {
                case VALUE_TRUE:
                    return Boolean.TRUE;
                case VALUE_FALSE:
                    return Boolean.FALSE;
                case VALUE_STRING:
                    return faults.lexical ? Scalars.truth(parser.getText()) : null;
                default:
                    return null;
            }
        }
    }

    private static final class Moment extends Scalar<Instant> {
        private static final long serialVersionUID = 1L;

        Moment() {
            super(Instant.class, "an instant such as 2026-11-21T06:00:00Z");
        }

        @Override
        @Nullable
        Instant parse(JsonParser parser, Faults faults) throws IOException {
            return parser.hasToken(JsonToken.VALUE_STRING) ? Scalars.instant(parser.getText()) : null;
        }
    }

    private static final class NamedValues extends StdDeserializer<NameValueMap> {
        private static final long serialVersionUID = 1L;

        NamedValues() {
            super(NameValueMap.class);
        }

        @Override
        public @Nullable NameValueMap deserialize(JsonParser parser, DeserializationContext context)
                throws IOException {
            if (!parser.hasToken(JsonToken.START_OBJECT)) {
                return Faults.refuse(parser, context, "an object of names and texts");
            }
            Map<String, String> values = new LinkedHashMap<>();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                if (parser.hasToken(JsonToken.VALUE_STRING) && Scalars.unicode(parser.getText())) {
                    values.put(name, parser.getText());
                } else {
                    Faults.refuse(parser, context, "text");
                }
            }
            return NameValueMap.of(values);
        }
    }

    /** The value of an update is text or a whole number, told by the update's kind. */
    private abstract static class UpdateValue {
        @JsonDeserialize(using = TextOrWhole.class)
        public abstract void jsonValue(@Nullable Object given);
    }

    static final class TextOrWhole extends StdDeserializer<Object> {
        private static final long serialVersionUID = 1L;

        TextOrWhole() {
            super(Object.class);
        }

        @Override
        public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (parser.hasToken(JsonToken.VALUE_NUMBER_INT)
                    && parser.getTextLength() <= Limits.NUMBER
                    && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
                return parser.getLongValue();
            }
            if (parser.hasToken(JsonToken.VALUE_STRING) && Scalars.unicode(parser.getText())) {
                return parser.getText();
            }
            return Faults.refuse(parser, context, "text or a whole number of 64 bits");
        }
    }

    /** Lets objects be bound from objects only and lists from lists only. */
    private static final class Structures extends BeanDeserializerModifier {
        private static final long serialVersionUID = 1L;

        @Override
        public JsonDeserializer<?> modifyDeserializer(
                DeserializationConfig config, BeanDescription description, JsonDeserializer<?> deserializer) {
            return description.getBeanClass().getName().startsWith("org.planisphere.wire.")
                            && description.getBeanClass() != NameValueMap.class
                    ? new From(deserializer, JsonToken.START_OBJECT, "an object")
                    : deserializer;
        }

        @Override
        public JsonDeserializer<?> modifyCollectionDeserializer(
                DeserializationConfig config,
                CollectionType type,
                BeanDescription description,
                JsonDeserializer<?> deserializer) {
            return new From(deserializer, JsonToken.START_ARRAY, "a list");
        }
    }

    private static final class From extends DelegatingDeserializer {
        private static final long serialVersionUID = 1L;
        private final JsonToken start;
        private final String expected;

        From(JsonDeserializer<?> delegate, JsonToken start, String expected) {
            super(delegate);
            this.start = start;
            this.expected = expected;
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> newDelegate) {
            return new From(newDelegate, start, expected);
        }

        @Override
        public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return parser.hasToken(start)
                    ? super.deserialize(parser, context)
                    : Faults.refuse(parser, context, expected);
        }
    }
}
