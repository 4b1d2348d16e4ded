package org.planisphere.wire.codec;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.planisphere.wire.NameValueMap;

/**
 * Writes a wire type as XML in UTF-8, guided by its {@link Shape}; the result validates against {@code planisphere.xsd}.
 * A character that XML 1.0 cannot hold becomes U+FFFD.
 */
final class XmlWriter {
    private final StringBuilder out = new StringBuilder(1024);

    private XmlWriter() {}

    static byte[] write(Object document) {
        Shape shape = Shape.of(document.getClass());
        XmlWriter writer = new XmlWriter();
        writer.out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        writer.object(
                shape.root(),
                shape.namespace().isEmpty() ? "" : " xmlns=\"" + shape.namespace() + "\"",
                shape,
                document);
        writer.out.append('\n');
        return writer.out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void object(String element, String namespace, Shape shape, Object object) {
        out.append('<').append(element).append(namespace);
        boolean children = false;
        for (Shape.Member member : shape.members()) {
            Object value = member.valueIn(object);
            if (value != null && member.attribute()) {
                out.append(' ').append(member.element()).append("=\"");
                escape(scalar(value));
                out.append('"');
            } else {
                children |= value != null;
            }
        }
        if (!children) {
            out.append("/>");
            return;
        }
        out.append('>');
        for (Shape.Member member : shape.members()) {
            Object value = member.attribute() ? null : member.valueIn(object);
            if (value != null) {
                member(member, value);
            }
        }
        end(element);
    }

    private void member(Shape.Member member, Object value) {
        switch (member.content()) {
            case SCALAR:
                leaf(member.element(), scalar(value));
                break;
            case OBJECT:
                object(member.element(), "", member.shape(), value);
                break;
            case MAP:
                Map<String, String> map = ((NameValueMap) value).asMap();
                if (!map.isEmpty()) {
                    start(member.element());
                    map.forEach((name, text) -> {
                        out.append("<entry name=\"");
                        escape(name);
                        out.append("\">");
                        escape(text);
                        end("entry");
                    });
                    end(member.element());
                }
                break;
            default:
                List<?> items = (List<?>) value;
                if (!items.isEmpty() || member.keepEmpty()) {
                    start(member.element());
                    for (Object item : items) {
                        if (member.content() == Shape.Content.SCALARS) {
                            leaf(String.valueOf(member.item()), scalar(item));
                        } else {
                            object(String.valueOf(member.item()), "", member.shape(), item);
                        }
                    }
                    end(member.element());
                }
        }
    }

    private void leaf(String element, String text) {
        start(element);
        escape(text);
        end(element);
    }

    private void start(String element) {
        out.append('<').append(element).append('>');
    }

    private void end(String element) {
        out.append("</").append(element).append('>');
    }

    private static String scalar(Object value) {
        if (value instanceof Instant) {
            return Scalars.text((Instant) value);
        }
        return value instanceof Double ? Scalars.text((Double) value) : value.toString();
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&':
                    out.append("&amp;");
                    break;
                case '<':
                    out.append("&lt;");
                    break;
                case '>':
                    out.append("&gt;");
                    break;
                case '"':
                    out.append("&quot;");
                    break;
                case '\t':
                case '\n':
                case '\r':
                    // A reader would normalise them in attributes, and the last one everywhere.
                    out.append("&#").append((int) c).append(';');
                    break;
                default:
                    if (Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1))) {
                        out.append(c).append(text.charAt(++i));
                    } else {
                        boolean illegal = c < 0x20 || Character.isSurrogate(c) || c >= 0xFFFE;
                        out.append(illegal ? '\uFFFD' : c);
                    }
            }
        }
    }
}
