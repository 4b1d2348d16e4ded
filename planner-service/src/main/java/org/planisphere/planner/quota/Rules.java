package org.planisphere.planner.quota;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;

/**
 * What may be run under a grant, whatever is taken. A list that is null is no restriction; a pattern is a text in which
 * {@code *} stands for any characters.
 *
 * @param most of everything, for one offer
 * @param kinds names of executable kinds
 * @param images patterns of container image locations, without a tag or digest or with
 * @param repositories patterns of repository addresses and of programs' locations
 * @param digests of container images
 * @param approvals digests that experts have approved; with a list, nothing else may be run
 * @param shapes names of fixed sizes
 * @param platforms ids
 */
public record Rules(
        Amounts most,
        @Nullable Set<String> kinds,
        @Nullable Set<String> images,
        @Nullable Set<String> repositories,
        @Nullable Set<String> digests,
        @Nullable Set<String> approvals,
        @Nullable Set<String> shapes,
        @Nullable Set<String> platforms) {
    /** Everything may be run. */
    public static final Rules OPEN = new Rules(Amounts.WITHOUT_LIMIT, null, null, null, null, null, null, null);

    public Rules {
        kinds = copy(kinds);
        images = copy(images);
        repositories = copy(repositories);
        digests = copy(digests);
        approvals = copy(approvals);
        shapes = copy(shapes);
        platforms = copy(platforms);
    }

    private static @Nullable Set<String> copy(@Nullable Set<String> set) {
        return set == null ? null : Set.copyOf(set);
    }

    /** Whether the text is one that a pattern stands for. */
    public static boolean matches(Set<String> patterns, String text) {
        if (patterns.contains(text)) {
            return true;
        }
        for (String pattern : patterns) {
            if (pattern.indexOf('*') >= 0 && matches(pattern, text)) {
                return true;
            }
        }
        return false;
    }

    /** Looks for the parts between the stars one after the other; never slower than the texts are long. */
    private static boolean matches(String pattern, String text) {
        int star = pattern.indexOf('*');
        if (!text.startsWith(pattern.substring(0, star))) {
            return false;
        }
        int at = star;
        int from = star + 1;
        for (int next = pattern.indexOf('*', from); next >= 0; next = pattern.indexOf('*', from)) {
            int found = text.indexOf(pattern.substring(from, next), at);
            if (found < 0) {
                return false;
            }
            at = found + next - from;
            from = next + 1;
        }
        String end = pattern.substring(from);
        return text.length() - end.length() >= at && text.endsWith(end);
    }
}
