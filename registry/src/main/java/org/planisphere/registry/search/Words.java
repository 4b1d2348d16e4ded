package org.planisphere.registry.search;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Cuts texts into the words by which they are found: runs of letters and digits, in lower case and without accents. */
final class Words {
    private static final int LONGEST = 64;

    private Words() {}

    static List<String> of(String text) {
        List<String> words = new ArrayList<>();
        each(text, words::add);
        return words;
    }

    static void each(String text, Consumer<String> word) {
        String plain = plain(text);
        int begin = -1;
        for (int i = 0; i <= plain.length(); i++) {
            boolean part = i < plain.length() && isPart(plain, i);
            if (part && begin < 0) {
                begin = i;
            } else if (!part && begin >= 0) {
                word.accept(plain.substring(begin, Math.min(i, begin + LONGEST)));
                begin = -1;
            }
        }
    }

    private static boolean isPart(String text, int i) {
        char c = text.charAt(i);
        return c < 128
                ? c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
                : Character.isLetterOrDigit(c) || Character.isSurrogate(c);
    }

    private static String plain(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        for (int i = 0; i < lower.length(); i++) {
            if (lower.charAt(i) >= 128) {
                String apart = Normalizer.normalize(lower, Normalizer.Form.NFKD);
                StringBuilder out = new StringBuilder(apart.length());
                apart.codePoints()
                        .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
                        .forEach(out::appendCodePoint);
                return out.toString();
            }
        }
        return lower;
    }
}
