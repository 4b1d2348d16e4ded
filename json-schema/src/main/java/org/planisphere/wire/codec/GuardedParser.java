package org.planisphere.wire.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Sees every token before it is bound: counts them, bounds their depth, and refuses a null in a list.
 */
final class GuardedParser extends JsonParserDelegate {
    private final Faults faults;
    private final @Nullable OfferTexts texts;
    private int tokens;
    private int depth;

    /** @param texts told of every token; null for nobody */
    GuardedParser(JsonParser parser, Faults faults, @Nullable OfferTexts texts) {
        super(parser);
        this.faults = faults;
        this.texts = texts;
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
        if (texts != null) {
            texts.see(token, depth, delegate);
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
