package org.planisphere.planner.platform.compose;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * YAML as maps, lists and texts, with anchors and merge keys written out. Every scalar is its text, so that {@code 22:22} is
 * not a number of seconds; null is null. No tag makes an object of anything, and what is written out is bounded.
 */
final class Tree {
    /** Characters of a file. */
    static final int LONGEST = 1 << 20;

    private static final int LONGEST_LINE = 64 * 1024;
    private static final int DEEPEST = 20;
    private static final int MOST_ALIASES = 100;
    private static final int MOST_NODES = 20_000;

    private int nodes;
    private final Set<Node> above = Collections.newSetFromMap(new IdentityHashMap<>());

    private Tree() {}

    /** What is no YAML, or more of it than anybody needs. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String reason) {
            super(reason, null, false, false);
        }
    }

    static @Nullable Object of(String text) throws Unreadable {
        if (text.length() > LONGEST) {
            throw new Unreadable("it is longer than " + LONGEST + " characters");
        }
        cheap(text);
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(MOST_ALIASES);
        options.setNestingDepthLimit(DEEPEST);
        options.setCodePointLimit(LONGEST);
        options.setAllowRecursiveKeys(false);
        try {
            Node root = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
            return root == null ? null : new Tree().value(root);
        } catch (MarkedYAMLException e) {
            String where = e.getProblemMark() == null
                    ? ""
                    : "line " + (e.getProblemMark().getLine() + 1) + ": ";
            throw new Unreadable("it is not well-formed YAML: " + where + line(e.getProblem()));
        } catch (YAMLException e) {
            throw new Unreadable("it is not well-formed YAML: " + line(e.getMessage()));
        }
    }

    /** The scanner copies a line as it grows, and looks ahead for the end of every open bracket. */
    private static void cheap(String text) throws Unreadable {
        int start = 0;
        int open = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                start = i + 1;
            } else if (i - start > LONGEST_LINE) {
                throw new Unreadable("a line of it is longer than " + LONGEST_LINE + " characters");
            } else if (c == '[' || c == '{') {
                if (++open > 500) {
                    throw new Unreadable("it opens many more brackets than it closes");
                }
            } else if (c == ']' || c == '}') {
                open--;
            }
        }
    }

    private static String line(@Nullable String text) {
        String flat = String.valueOf(text).replaceAll("\\s+", " ");
        return flat.length() > 200 ? flat.substring(0, 200) : flat;
    }

    private @Nullable Object value(Node node) throws Unreadable {
        if (++nodes > MOST_NODES) {
            throw new Unreadable("it holds more than " + MOST_NODES + " values");
        }
        if (!node.getTag().startsWith(Tag.PREFIX)) {
            throw new Unreadable("it holds the tag " + line(node.getTag().getValue()));
        }
        if (node instanceof ScalarNode scalar) {
            return scalar.getTag().equals(Tag.NULL) ? null : scalar.getValue();
        }
        if (!above.add(node)) {
            throw new Unreadable("an anchor of it holds itself");
        }
        Object value = node instanceof SequenceNode sequence ? list(sequence) : map((MappingNode) node);
        above.remove(node);
        return value;
    }

    private List<@Nullable Object> list(SequenceNode sequence) throws Unreadable {
        List<@Nullable Object> list = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            list.add(value(item));
        }
        return list;
    }

    private Map<String, @Nullable Object> map(MappingNode mapping) throws Unreadable {
        Map<String, @Nullable Object> own = new LinkedHashMap<>();
        Map<String, @Nullable Object> merged = new LinkedHashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                throw new Unreadable("a key of it is not a text");
            }
            if (key.getTag().equals(Tag.MERGE)) {
                merge(value(entry.getValueNode()), merged);
            } else if (own.containsKey(key.getValue())) {
                throw new Unreadable("the key " + line(key.getValue()) + " stands twice in one place");
            } else {
                own.put(key.getValue(), value(entry.getValueNode()));
            }
        }
        merged.forEach((key, inner) -> {
            if (!own.containsKey(key)) {
                own.put(key, inner);
            }
        });
        return own;
    }

    /** What is merged first wins. */
    private static void merge(@Nullable Object value, Map<String, @Nullable Object> merged) throws Unreadable {
        if (value instanceof List<?> several) {
            for (Object one : several) {
                merge(one, merged);
            }
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> merged.putIfAbsent(String.valueOf(key), inner));
        } else {
            throw new Unreadable("what is merged by << is not a map");
        }
    }
}
