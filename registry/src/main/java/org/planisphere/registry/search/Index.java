package org.planisphere.registry.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Summary;

/**
 * Which words and properties are in which records. A record that changes gets a new number and its old one is dead; when
 * half are dead, {@link #wasteful} says so and a new index should be made. Readers may be many, writers one, and not both
 * at once.
 */
final class Index {
    /** A word at the beginning of a longer one counts from so many letters on. */
    private static final int SHORTEST_BEGINNING = 3;
    /** Properties are words that begin with a letter no word has. */
    private static final char STANDARD = '\u0001';

    private static final char AUTHORITY = '\u0002';
    private static final char CAPABILITY = '\u0003';
    private static final char TYPE = '\u0004';
    private static final char WAVEBAND = '\u0005';
    private static final char KIND = '\u0006';

    /** Where a word stands, and how much that says of the record; 1 to 15. */
    private static final int IN_TITLE = 12;

    private static final int IN_SUBJECT = 6;
    private static final int IN_NAME = 4;
    private static final int IN_TEXT = 2;

    /** Record numbers that grow, each with a weight in its last four bits. */
    private static final class Postings {
        private int[] entries = new int[2];
        private int size;

        void add(int number, int weight) {
            if (size > 0 && entries[size - 1] >>> 4 == number) {
                entries[size - 1] = number << 4 | Math.max(weight, entries[size - 1] & 15);
                return;
            }
            if (size == entries.length) {
                entries = Arrays.copyOf(entries, size + (size >> 1) + 1);
            }
            entries[size++] = number << 4 | weight;
        }
    }

    private final NavigableMap<String, Postings> words = new TreeMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final BitSet alive = new BitSet();
    private String[] ivoids = new String[64];
    private byte[] availability = new byte[64];
    private int next;

    /** Takes a record in, in place of what was known of it. */
    void put(String ivoid, String type, String state, Summary summary) {
        remove(ivoid);
        if (next == ivoids.length) {
            ivoids = Arrays.copyOf(ivoids, next * 2);
            availability = Arrays.copyOf(availability, next * 2);
        }
        int number = next++;
        ivoids[number] = ivoid;
        availability[number] = code(state);
        numbers.put(ivoid, number);
        alive.set(number);
        Map<String, Integer> weights = new LinkedHashMap<>();
        weigh(weights, summary.title(), IN_TITLE);
        weigh(weights, summary.shortName(), IN_TITLE);
        summary.subjects().forEach(text -> weigh(weights, text, IN_SUBJECT));
        summary.creators().forEach(text -> weigh(weights, text, IN_NAME));
        weigh(weights, ivoid.substring("ivo://".length()), IN_NAME);
        weigh(weights, summary.publisher(), IN_NAME);
        summary.wavebands().forEach(text -> weigh(weights, text, IN_NAME));
        weigh(weights, summary.description(), IN_TEXT);
        weights.forEach((word, weight) -> add(word, number, weight));
        property(number, AUTHORITY, ivoid.replaceFirst("^ivo://([^/]*).*$", "$1"));
        property(number, TYPE, type);
        summary.wavebands().forEach(band -> property(number, WAVEBAND, band));
        for (String kind : summary.kinds()) {
            property(number, KIND, kind);
            property(number, KIND, Resource.lastOf(kind));
        }
        for (Resource.Capability capability : summary.capabilities()) {
            property(number, STANDARD, capability.standardId());
            property(number, CAPABILITY, capability.type());
        }
    }

    void remove(String ivoid) {
        Integer number = numbers.remove(ivoid);
        if (number != null) {
            alive.clear(number);
        }
    }

    int size() {
        return numbers.size();
    }

    boolean wasteful() {
        return next > 1000 && numbers.size() < next / 2;
    }

    /** The records that have everything that is wanted, the best first, and then by identifier. */
    List<Found> search(Wanted wanted) {
        int[] score = new int[next];
        byte[] met = new byte[next];
        int asked = 0;
        if (wanted.text() != null) {
            List<String> list = Wanted.words(wanted.text());
            if (list.isEmpty()) {
                return List.of();
            }
            for (String word : list.stream().distinct().limit(100).toList()) {
                word(word, score, met, asked++);
            }
        }
        asked = properties(wanted, score, met, asked);
        byte state =
                wanted.availability() == null ? -1 : code(wanted.availability().toLowerCase(Locale.ROOT));
        Found behind = wanted.after() == null ? null : Found.at(wanted.after().toLowerCase(Locale.ROOT));
        return best(score, met, asked, state, behind, wanted.limit());
    }

    private int properties(Wanted wanted, int[] score, byte[] met, int before) {
        int asked = before;
        String standard = wanted.standardId();
        if (standard != null) {
            String id = lower(standard);
            meet(words.get(STANDARD + id), 0, score, met, asked);
            if (id.indexOf('#') < 0) {
                String versions = STANDARD + id + "#";
                words.subMap(versions, versions + Character.MAX_VALUE)
                        .values()
                        .forEach(postings -> meet(postings, 0, score, met, before));
            }
            asked++;
        }
        Map<Character, @Nullable String> others = new LinkedHashMap<>();
        others.put(AUTHORITY, wanted.authority());
        others.put(CAPABILITY, wanted.capabilityType());
        others.put(TYPE, wanted.type());
        others.put(WAVEBAND, wanted.waveband());
        others.put(KIND, wanted.kind());
        for (Map.Entry<Character, @Nullable String> other : others.entrySet()) {
            String value = other.getValue();
            if (value != null) {
                meet(words.get(other.getKey() + lower(value)), 0, score, met, asked++);
            }
        }
        return asked;
    }

    /** Every record with the word is said to have met what was asked; the whole word counts twice as much. */
    private void word(String word, int[] score, byte[] met, int asked) {
        meet(words.get(word), 2, score, met, asked);
        if (word.codePointCount(0, word.length()) >= SHORTEST_BEGINNING
                && !word.chars().allMatch(Character::isDigit)) {
            words.subMap(word, false, word + Character.MAX_VALUE, false)
                    .values()
                    .forEach(postings -> meet(postings, 1, score, met, asked));
        }
    }

    private static void meet(@Nullable Postings postings, int factor, int[] score, byte[] met, int asked) {
        if (postings == null) {
            return;
        }
        for (int i = 0; i < postings.size; i++) {
            int number = postings.entries[i] >>> 4;
            if (met[number] == asked) {
                met[number]++;
                score[number] += factor * (postings.entries[i] & 15);
            }
        }
    }

    private List<Found> best(int[] score, byte[] met, int asked, byte state, @Nullable Found behind, int limit) {
        // The worst of those kept is at the head.
        PriorityQueue<Found> kept = new PriorityQueue<>((a, b) -> a.behind(b) ? -1 : b.behind(a) ? 1 : 0);
        for (int number = alive.nextSetBit(0); number >= 0; number = alive.nextSetBit(number + 1)) {
            if (met[number] != asked || state >= 0 && availability[number] != state) {
                continue;
            }
            Found worst = kept.peek();
            boolean full = kept.size() >= limit;
            if (full && worst != null && score[number] < worst.score()) {
                continue;
            }
            Found found = new Found(ivoids[number], score[number]);
            if (behind != null && !found.behind(behind)) {
                continue;
            }
            if (full && worst != null) {
                if (found.behind(worst)) {
                    continue;
                }
                kept.poll();
            }
            kept.add(found);
        }
        List<Found> list = new ArrayList<>(kept);
        list.sort((a, b) -> a.behind(b) ? 1 : b.behind(a) ? -1 : 0);
        return list;
    }

    private static void weigh(Map<String, Integer> weights, String text, int weight) {
        Words.each(text, word -> weights.merge(word, weight, Math::max));
    }

    private void property(int number, char letter, String value) {
        if (!value.isEmpty()) {
            add(letter + lower(value), number, 1);
        }
    }

    private void add(String word, int number, int weight) {
        Postings postings = words.get(word);
        if (postings == null) {
            postings = new Postings();
            words.put(word, postings);
        }
        postings.add(number, weight);
    }

    private static String lower(String text) {
        return text.strip().toLowerCase(Locale.ROOT);
    }

    private static byte code(String state) {
        return (byte) (state.equals("up") ? 1 : state.equals("down") ? 2 : 0);
    }
}
