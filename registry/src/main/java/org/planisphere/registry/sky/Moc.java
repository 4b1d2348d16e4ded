package org.planisphere.registry.sky;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An area of the sky as spans of HEALPix pixels in nested order, at order 29; spans ascend and do not touch.
 *
 * @see <a href="https://www.ivoa.net/documents/MOC/">MOC 2.0, section 4</a>
 */
public record Moc(List<Span> spans) {
    /** The finest order. */
    public static final int ORDER = 29;

    /** Of one MOC at most; a longer one is none that we read. */
    private static final int MOST = 200_000;

    private static final Pattern SEPARATORS = Pattern.compile("[\\s,;]+");
    private static final Pattern PIECE = Pattern.compile("(?:([0-9]{1,2})/)?(?:([0-9]{1,18})(?:-([0-9]{1,18}))?)?");

    /** @param end exclusive */
    public record Span(long first, long end) {}

    public Moc {
        spans = List.copyOf(spans);
    }

    /** The number of pixels of an order. */
    static long pixels(int order) {
        return 12L << (2 * order);
    }

    /** Any spans, in any order, as a MOC. */
    public static Moc of(List<Span> any) {
        List<Span> sorted = new ArrayList<>(any);
        sorted.sort(Comparator.comparingLong(Span::first));
        List<Span> merged = new ArrayList<>();
        for (Span span : sorted) {
            Span last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && span.first() <= last.end()) {
                merged.set(merged.size() - 1, new Span(last.first(), Math.max(last.end(), span.end())));
            } else {
                merged.add(span);
            }
        }
        return new Moc(merged);
    }

    /** The pixels of an order as a span of the finest. */
    static Span span(int order, long first, long last) {
        int shift = 2 * (ORDER - order);
        return new Span(first << shift, (last + 1) << shift);
    }

    /** Reads the ASCII form, such as {@code 3/5-7 9 5/1024}; empty when it is none. */
    public static Optional<Moc> read(String text) {
        List<Span> spans = new ArrayList<>();
        int order = -1;
        for (String piece : SEPARATORS.split(text.strip())) {
            if (piece.isEmpty() || piece.equals("t")) {
                continue;
            }
            String pixels = piece.startsWith("s") ? piece.substring(1) : piece;
            var matcher = PIECE.matcher(pixels);
            if (!matcher.matches() || spans.size() >= MOST) {
                return Optional.empty();
            }
            if (matcher.group(1) != null) {
                order = Integer.parseInt(matcher.group(1));
            }
            if (order < 0 || order > ORDER) {
                return Optional.empty();
            }
            if (matcher.group(2) != null) {
                long first = Long.parseLong(matcher.group(2));
                long last = matcher.group(3) == null ? first : Long.parseLong(matcher.group(3));
                if (last < first || last >= pixels(order)) {
                    return Optional.empty();
                }
                spans.add(span(order, first, last));
            }
        }
        return order < 0 ? Optional.empty() : Optional.of(of(spans));
    }

    /** The same area in pixels of an order, larger where it does not fit. */
    public Moc at(int order) {
        int shift = 2 * (ORDER - order);
        return of(spans.stream()
                .map(span -> span(order, span.first() >> shift, (span.end() - 1) >> shift))
                .toList());
    }

    public boolean contains(Moc other) {
        return other.spans.stream()
                .allMatch(inner ->
                        spans.stream().anyMatch(span -> span.first() <= inner.first() && span.end() >= inner.end()));
    }

    public boolean overlaps(Moc other) {
        return other.spans.stream()
                .anyMatch(inner ->
                        spans.stream().anyMatch(span -> span.first() < inner.end() && span.end() > inner.first()));
    }
}
