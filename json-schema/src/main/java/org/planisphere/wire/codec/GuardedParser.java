package org.planisphere.wire.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Sees every token before it is bound: counts them, refuses a null in a list and a merge key in YAML.
 */
final class GuardedParser extends JsonParserDelegate {
    private final Faults faults;
    private final boolean yaml;
    private int tokens;
    private int depth;

    GuardedParser(JsonParser parser, Faults faults) {
        super(parser);
        this.faults = faults;
        this.yaml = parser instanceof YAMLParser;
    }

    @Override
    @SuppressWarnings("NullAway") // null at the end is the contract of nextToken
    public @Nullable JsonToken nextToken() throws IOException {
        JsonToken token = delegate.nextToken();
        if (token == null) {
            return null;
        }
        if (++tokens > Limits.TOKENS) {
            throw stop("The document has more than " + Limits.TOKENS + " parts.");
        }
        if (yaml && token == JsonToken.FIELD_NAME && "<<".equals(currentName())) {
            throw stop("YAML merge keys are not taken.");
        }
        if (token.isStructStart()) {
            if (++depth > Limits.DEPTH) {
                throw stop("Nested deeper than " + Limits.DEPTH + ".");
            }
        } else if (token.isStructEnd()) {
            depth--;
        }
        if (token == JsonToken.VALUE_NULL && getParsingContext().inArray()) {
            faults.addAtParser(this, "A list has no null in it.");
        }
        return token;
    }

    @Override
    public @Nullable JsonToken nextValue() throws IOException {
        JsonToken token = nextToken();
        return token == JsonToken.FIELD_NAME ? nextToken() : token;
    }

    /** The delegate's own would step over tokens unseen. */
    @Override
    public JsonParser skipChildren() throws IOException {
        JsonToken token = currentToken();
        if (token != JsonToken.START_OBJECT && token != JsonToken.START_ARRAY) {
            return this;
        }
        int open = 1;
        while (open > 0) {
            JsonToken next = nextToken();
            if (next == null) {
                return this;
            }
            if (next.isStructStart()) {
                open++;
            } else if (next.isStructEnd()) {
                open--;
            }
        }
        return this;
    }

    private Unreadable stop(String detail) {
        faults.addAtParser(this, detail);
        return new Unreadable(detail);
    }
}
