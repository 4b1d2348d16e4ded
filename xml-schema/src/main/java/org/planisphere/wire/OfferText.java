package org.planisphere.wire;

import java.util.List;
import java.util.Set;

/**
 * How an offer was written in JSON, so that it can be passed on as it is: what is not known here is not lost, and nothing
 * is written again. Values that whoever passes it on answers for are left out and put anew. Immutable.
 */
public final class OfferText {
    /** The names that are put anew. */
    public static final Set<String> REPLACED = Set.of("metrics", "planner");

    private final String document;
    private final int from;
    private final int end;
    private final List<Integer> cuts;

    /**
     * @param from where its brace opens in the document
     * @param end where its brace closes
     * @param cuts beginnings and ends of what stands for {@link #REPLACED} names, commas behind them included
     */
    public OfferText(String document, int from, int end, List<Integer> cuts) {
        this.document = document;
        this.from = from;
        this.end = end;
        this.cuts = List.copyOf(cuts);
    }

    /** In characters, as it came. */
    public int length() {
        return end - from + 1;
    }

    /**
     * The offer in JSON.
     *
     * @param members what is put anew, as JSON: names and values with commas between them, without braces; may be empty
     */
    public String with(String members) {
        StringBuilder text = new StringBuilder(length() + members.length() + 1);
        int next = from;
        for (int i = 0; i < cuts.size(); i += 2) {
            text.append(document, next, cuts.get(i));
            next = cuts.get(i + 1);
        }
        text.append(document, next, end);
        int last = text.length();
        while (Character.isWhitespace(text.charAt(last - 1)) || text.charAt(last - 1) == ',') {
            last--;
        }
        text.setLength(last);
        if (last > 1 && !members.isEmpty()) {
            text.append(',');
        }
        return text.append(members).append('}').toString();
    }

    @Override
    public String toString() {
        return with("");
    }
}
