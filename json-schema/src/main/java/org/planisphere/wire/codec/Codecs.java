package org.planisphere.wire.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.OfferSetResponse;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads and writes the documents of the contract (the wire types with a root element: {@code ExecutionRequest},
 * {@code OfferSetResponse}, {@code ExecutionSession}, {@code Update}, the lists, {@code Problem} …).
 *
 * <p>Reading judges syntax and types only, and tells all faults at once: a whole number where text is due, text where an
 * object is due, a name that stands twice. Unknown names are tolerated. What a document means is judged by the planner.
 * Nothing outside the bytes is ever read, whatever they say.
 *
 * <p>Safe for many threads.
 */
public final class Codecs {
    private static final JsonFactory JSON = Json.jsonFactory();
    private static final PlainYaml YAML = Json.yamlFactory();
    private static final ObjectMapper STRICT = Json.common(JsonMapper.builder(Json.jsonFactory()))
            .addModule(new Strict())
            .build();
    private static final int LONGEST_REASON = 200;
    private static final int CHUNK = 16 * 1024;

    private Codecs() {}

    /** Reads a document of at most 4 MiB; see {@link #read(byte[], Format, Class, int)}. */
    public static <T> T read(byte[] document, Format format, Class<T> type) throws MalformedDocument {
        return read(document, format, type, Limits.BYTES);
    }

    /**
     * Reads a document.
     *
     * @param type a wire type with a root element
     * @param limit the most bytes that are taken
     * @throws DocumentTooLarge when there are more
     * @throws MalformedDocument when it is not well formed (one fault, with line and column) or values have wrong types
     *     (all faults)
     */
    public static <T> T read(byte[] document, Format format, Class<T> type, int limit) throws MalformedDocument {
        if (document.length > limit) {
            throw new DocumentTooLarge(limit);
        }
        return read(
                faults -> format == Format.XML
                        ? xml(document, type, faults)
                        : bind(parser(document, format, faults), type, faults, null),
                format);
    }

    /** Reads a document and records its faults. */
    private interface Reading<T> {
        @Nullable
        T read(Faults faults) throws IOException;
    }

    private static <T> T read(Reading<T> reading, Format format) throws MalformedDocument {
        Faults faults = new Faults(format == Format.XML);
        T value = null;
        try {
            value = reading.read(faults);
        } catch (Unreadable recorded) {
            // its fault is in the list
        } catch (IOException | RuntimeException malformed) {
            // Runtime exceptions come from the YAML scanner; whatever it is, the document cannot be read.
            faults.add("", notWellFormed(format, malformed));
        }
        if (value == null && faults.isEmpty()) {
            faults.add("", "Expected an object, found nothing.");
        }
        if (value == null || !faults.isEmpty()) {
            throw new MalformedDocument(faults.list(), value);
        }
        return value;
    }

    /**
     * Reads an offer set in JSON, as {@link #read(byte[], Format, Class, int)}, and keeps with each offer how it was
     * written.
     */
    public static OfferSetResponse readOffers(byte[] document, int limit) throws MalformedDocument {
        if (document.length > limit) {
            throw new DocumentTooLarge(limit);
        }
        String text = new String(document, StandardCharsets.UTF_8);
        OfferTexts texts = new OfferTexts(text);
        OfferSetResponse set = read(
                faults -> bind(offers(document, text, faults), OfferSetResponse.class, faults, texts), Format.JSON);
        texts.giveTo(set);
        return set;
    }

    /** Reads a document of at most 4 MiB from a stream; see {@link #read(InputStream, Format, Class, int)}. */
    public static <T> T read(InputStream in, Format format, Class<T> type) throws MalformedDocument, IOException {
        return read(in, format, type, Limits.BYTES);
    }

    /**
     * Reads a document from a stream to its end, but never more than one buffer beyond the limit. Does not close it.
     *
     * @throws DocumentTooLarge when there are more bytes than the limit; the rest is unread
     * @throws IOException when the stream fails
     */
    public static <T> T read(InputStream in, Format format, Class<T> type, int limit)
            throws MalformedDocument, IOException {
        return read(bytes(in, limit), format, type, limit);
    }

    /**
     * Writes a document: compact JSON, XML with its declaration, or YAML in block style, in UTF-8.
     *
     * @throws IllegalArgumentException for XML of a type without a root element
     */
    public static byte[] write(Object document, Format format) {
        try {
            switch (format) {
                case XML:
                    return XmlWriter.write(document);
                case YAML:
                    return Json.yaml().writeValueAsBytes(document);
                default:
                    return Json.mapper().writeValueAsBytes(document);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static <T> @Nullable T xml(byte[] document, Class<T> type, Faults faults) throws IOException {
        try (TokenBuffer tokens = new TokenBuffer(STRICT, false)) {
            XmlReader.read(document, Shape.of(type), tokens, faults);
            try (JsonParser parser = tokens.asParser()) {
                return bind(parser, type, faults, null);
            }
        }
    }

    private static <T> @Nullable T bind(JsonParser parser, Class<T> type, Faults faults, @Nullable OfferTexts texts)
            throws IOException {
        try (JsonParser guarded = new GuardedParser(parser, faults, texts)) {
            if (guarded.nextToken() == null) {
                return null;
            }
            T value = STRICT.readerFor(type).withAttribute(Faults.class, faults).readValue(guarded);
            if (guarded.nextToken() != null) {
                faults.add("", "Something follows the document's end.");
            }
            return value;
        }
    }

    private static JsonParser parser(byte[] document, Format format, Faults faults) throws IOException {
        String text = new String(document, StandardCharsets.UTF_8);
        utf8(document, text, faults);
        if (format == Format.YAML) {
            return YAML.parser(text, faults);
        }
        faults.unicode = unescaped(text);
        return JSON.createParser(text);
    }

    /** Bytes are read faster than characters, and where every character is a byte, they stand in the same places. */
    private static JsonParser offers(byte[] document, String text, Faults faults) throws IOException {
        utf8(document, text, faults);
        faults.unicode = unescaped(text);
        // Without a zero in the first four no other encoding can be meant.
        boolean bytes = text.length() == document.length && text.length() > 3 && text.lastIndexOf('\0', 3) < 0;
        return bytes ? JSON.createParser(document) : JSON.createParser(text);
    }

    private static void utf8(byte[] document, String text, Faults faults) throws IOException {
        if (text.indexOf('\uFFFD') >= 0 && !utf8(document)) {
            faults.add("", "The document is not UTF-8.");
            throw new Unreadable("not UTF-8");
        }
        if (text.startsWith("\uFEFF")) {
            faults.add("", "The document begins with a byte order mark; UTF-8 without one is expected.");
            throw new Unreadable("byte order mark");
        }
    }

    /** Half a surrogate pair is not in UTF-8; only an escape can bring one. */
    private static boolean unescaped(String text) {
        return text.indexOf("\\u") < 0;
    }

    private static boolean utf8(byte[] document) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document));
            return true;
        } catch (CharacterCodingException malformed) {
            return false;
        }
    }

    private static byte[] bytes(InputStream in, int limit) throws IOException, DocumentTooLarge {
        byte[] buffer = new byte[Math.min(CHUNK, limit + 1)];
        int length = 0;
        while (true) {
            int read = in.read(buffer, length, buffer.length - length);
            if (read < 0) {
                return Arrays.copyOf(buffer, length);
            }
            length += read;
            if (length > limit) {
                throw new DocumentTooLarge(limit);
            }
            if (length == buffer.length) {
                buffer = Arrays.copyOf(buffer, (int) Math.min(limit + 1L, 2L * buffer.length));
            }
        }
    }

    private static String notWellFormed(Format format, Exception cause) {
        if (cause instanceof StreamConstraintsException) {
            return "The document goes beyond a limit: "
                    + oneLine(originalMessage(cause).replaceAll(", from `[^`]*`", "")) + ".";
        }
        if (cause instanceof JsonMappingException && cause.getCause() instanceof JsonProcessingException) {
            // The binding only says where it was when the parser stopped.
            return notWellFormed(format, (JsonProcessingException) cause.getCause());
        }
        int line = 0;
        int column = 0;
        String reason = "it cannot be read.";
        if (cause.getCause() instanceof MarkedYAMLException) {
            MarkedYAMLException marked = (MarkedYAMLException) cause.getCause();
            line = marked.getProblemMark().getLine() + 1;
            column = marked.getProblemMark().getColumn() + 1;
            reason = oneLine(String.valueOf(marked.getProblem()));
        } else if (cause instanceof JsonProcessingException) {
            JsonLocation at = ((JsonProcessingException) cause).getLocation();
            line = at == null ? 0 : at.getLineNr();
            column = at == null ? 0 : at.getColumnNr();
            if (cause instanceof JsonEOFException) {
                reason = "it ends too early.";
            } else if (format == Format.JSON && !(cause instanceof JsonMappingException)) {
                reason = oneLine(originalMessage(cause));
            }
        }
        return "Not well-formed " + format + (line > 0 ? " at line " + line + ", column " + column : "") + ": "
                + reason;
    }

    private static String originalMessage(Exception cause) {
        String message = cause instanceof JsonProcessingException
                ? ((JsonProcessingException) cause).getOriginalMessage()
                : cause.getMessage();
        return message == null ? "" : message;
    }

    /** A parser's reason, short and on one line. */
    static String oneLine(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) + "…" : line;
    }
}
