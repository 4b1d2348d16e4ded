package org.planisphere.wire.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The faults of one document while it is read. Used by one thread. */
final class Faults {
    /** After so many the rest is not listed: an answer must stay small however bad the question. */
    static final int MOST = 100;

    private static final int LONGEST_QUOTE = 40;

    /** Whether scalars come as text in their XML form. */
    final boolean lexical;

    /** Whether every text in the document is known to be Unicode. */
    boolean unicode;

    private final List<Fault> list = new ArrayList<>(0);

    Faults(boolean lexical) {
        this.lexical = lexical;
    }

    void add(String pointer, String detail) {
        if (list.size() < MOST) {
            list.add(new Fault(pointer, detail));
        } else if (list.size() == MOST) {
            list.add(new Fault("", "There are more faults; the first " + MOST + " are listed."));
        }
    }

    void addAtParser(JsonParser parser, String detail) {
        add(parser.getParsingContext().pathAsPointer().toString(), detail);
    }

    /** The faults of the document that is being read in this context. */
    static Faults of(DeserializationContext context) {
        Object faults = context.getAttribute(Faults.class);
        if (faults instanceof Faults) {
            return (Faults) faults;
        }
        throw new IllegalStateException("read through Codecs only");
    }

    /** Records what stands here instead of what was expected, and steps over it. */
    static <T> @Nullable T refuse(JsonParser parser, DeserializationContext context, String expected)
            throws IOException {
        of(context).addAtParser(parser, "Expected " + expected + ", found " + found(parser) + ".");
        parser.skipChildren();
        return null;
    }

    static String found(JsonParser parser) throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT:
                return "an object";
            case START_ARRAY:
                return "a list";
            case VALUE_STRING:
                return "the text " + quote(parser.getText());
            case VALUE_NUMBER_INT:
            case VALUE_NUMBER_FLOAT:
                return "the number " + quote(parser.getText());
            case VALUE_TRUE:
                return "true";
            case VALUE_FALSE:
                return "false";
            case VALUE_NULL:
                return "null";
            default:
                return "something else";
        }
    }

    /** Text from outside, safe to show: short, on one line, no control characters. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        int length = Math.min(text.length(), LONGEST_QUOTE);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            quoted.append(Character.isISOControl(c) || Character.isSurrogate(c) || c == '\u2028' ? '\uFFFD' : c);
        }
        return quoted.append(text.length() > length ? "…\"" : "\"").toString();
    }

    boolean isEmpty() {
        return list.isEmpty();
    }

    List<Fault> list() {
        return list;
    }
}
