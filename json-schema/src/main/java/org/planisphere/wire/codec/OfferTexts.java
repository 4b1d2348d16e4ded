package org.planisphere.wire.codec;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.OfferText;

/** Finds where the offers of a set stand in its JSON, while it is read. Used by one thread. */
final class OfferTexts {
    private static final int IN_SET = 1;
    private static final int IN_LIST = 2;
    private static final int IN_OFFER = 3;

    private final String document;
    private final List<OfferText> found = new ArrayList<>();
    private boolean offers;
    private boolean list;
    private boolean lost;
    private int start = -1;
    private int cut = -1;
    private List<Integer> cuts = new ArrayList<>();

    OfferTexts(String document) {
        this.document = document;
    }

    /** @param depth in which the token stands; of a start, in which its content will */
    void see(JsonToken token, int depth, JsonParser parser) throws IOException {
        if (depth > IN_OFFER || lost) {
            return;
        }
        if (token == JsonToken.FIELD_NAME) {
            if (depth == IN_SET) {
                offers = "offers".equals(parser.currentName());
                list = false;
            } else if (depth == IN_OFFER && start >= 0) {
                boolean ours = OfferText.REPLACED.contains(parser.currentName());
                if (cut >= 0 || ours) {
                    int here = at(parser, '"');
                    endCut(here);
                    cut = ours ? here : -1;
                }
            }
        } else if (token == JsonToken.START_ARRAY && depth == IN_LIST) {
            list = offers;
        } else if (token == JsonToken.START_OBJECT && depth == IN_OFFER && list) {
            start = at(parser, '{');
        } else if (token == JsonToken.END_OBJECT && depth == IN_LIST && start >= 0) {
            int here = at(parser, '}');
            endCut(here);
            found.add(new OfferText(document, start, here, cuts));
            cuts = new ArrayList<>();
            start = -1;
        }
    }

    /** Lets each offer know its text. */
    void giveTo(OfferSetResponse set) {
        if (!lost && set.offers != null && set.offers.size() == found.size()) {
            for (int i = 0; i < found.size(); i++) {
                set.offers.get(i).text = found.get(i);
            }
        }
    }

    private void endCut(int here) {
        if (cut >= 0) {
            cuts.add(cut);
            cuts.add(here);
            cut = -1;
        }
    }

    /** Where the token begins. A parser that tells another place is not believed. */
    private int at(JsonParser parser, char first) {
        JsonLocation place = parser.currentTokenLocation();
        // A parser of bytes is only given what has a byte for every character.
        long offset = place.getCharOffset() < 0 ? place.getByteOffset() : place.getCharOffset();
        if (offset < 0 || offset >= document.length() || document.charAt((int) offset) != first) {
            lost = true;
            return 0;
        }
        return (int) offset;
    }
}
