package org.planisphere.planner.request;

/** What text from outside may be. */
final class Texts {
    private static final int LONGEST_QUOTE = 60;

    private Texts() {}

    /** Whether every character can be written to a log and a page as it is: no control characters, no half characters. */
    static boolean oneLine(String text) {
        return text.codePoints()
                .noneMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 || halfCharacter(c));
    }

    /** Whether it can be handed to a program and stored: neither NUL nor half characters. */
    static boolean storable(String text) {
        return text.codePoints().noneMatch(c -> c == 0 || halfCharacter(c));
    }

    /** In quotation marks, cut to a readable length, with whatever cannot be shown replaced. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        int shown = Math.min(text.length(), LONGEST_QUOTE);
        for (int i = 0; i < shown; i++) {
            char c = text.charAt(i);
            boolean unfit = Character.isISOControl(c) || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029';
            quoted.append(unfit ? '\uFFFD' : c);
        }
        return quoted.append(shown < text.length() ? "…\"" : "\"").toString();
    }

    private static boolean halfCharacter(int codePoint) {
        return codePoint >= 0xD800 && codePoint <= 0xDFFF;
    }
}
