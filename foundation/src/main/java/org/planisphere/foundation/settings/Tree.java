package org.planisphere.foundation.settings;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A map of the settings file whose shape a reader knows, such as one platform. A reader asks for every key it knows;
 * whatever is wrong is noted with its path and the reader gets a harmless value and goes on, so that all faults are
 * told at once (see {@link Settings#items}). A key nobody asked for is a fault too. Not thread-safe; lives only while
 * it is read.
 */
public final class Tree {
    private final String path;
    private final String source;
    private final @Nullable Node node;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Tree> asked = new LinkedHashMap<>();
    private final java.util.Set<String> known = new java.util.LinkedHashSet<>();
    private final List<String> faults;

    Tree(String path, String source, @Nullable Node node, List<String> faults) {
        this.path = path;
        this.source = source;
        this.node = node;
        this.faults = faults;
        if (node instanceof MappingNode map) {
            for (NodeTuple entry : map.getValue()) {
                if (entry.getKeyNode() instanceof ScalarNode key) {
                    if (values.put(key.getValue(), entry.getValueNode()) != null) {
                        faults.add(at(key.getValue(), entry.getKeyNode()) + ": is given twice");
                    }
                }
            }
        } else if (node != null && !isNull(node)) {
            faults.add(path + " (" + source + " line " + line(node) + "): must be a map of keys and values");
        }
    }

    /**
     * Reads a document of its own, such as a policy.
     *
     * @param source for people: where the text is from
     * @param characters the longest text that is read
     * @throws SettingsException with every fault, each with its path and line
     */
    public static <T> T document(String source, String text, int characters, Function<Tree, T> reader) {
        List<String> faults = new ArrayList<>();
        Node root;
        try {
            root = YamlFile.parse(new StringReader(text), characters);
        } catch (MarkedYAMLException e) {
            String where = e.getProblemMark() == null
                    ? ""
                    : " line " + (e.getProblemMark().getLine() + 1);
            throw new SettingsException(List.of(source + where + " is not well-formed YAML: " + e.getProblem()));
        } catch (YAMLException e) {
            throw new SettingsException(
                    List.of(source + " is not well-formed YAML: " + shorten(String.valueOf(e.getMessage()))));
        }
        Tree tree = new Tree("", source, root, faults);
        if (root == null) {
            faults.add(source + ": is empty; must be a map of keys and values");
        }
        try {
            T read = reader.apply(tree);
            tree.unknown();
            if (faults.isEmpty()) {
                return read;
            }
        } catch (IllegalArgumentException e) {
            tree.unknown();
            if (faults.isEmpty()) {
                faults.add(source + ": " + e.getMessage());
            }
        }
        throw new SettingsException(faults);
    }

    /** Where this map stands in the file, such as {@code platforms[0].capacity}. */
    public String path() {
        return path;
    }

    /** True when the file has a value for the key. */
    public boolean has(String key) {
        known.add(key);
        Node value = values.get(key);
        return value != null && !isNull(value);
    }

    /** The keys of this map, for maps whose keys are data (such as currencies); asking makes all of them known. */
    public List<String> keys() {
        known.addAll(values.keySet());
        return List.copyOf(values.keySet());
    }

    /**
     * This map as plain maps, lists, strings, numbers and booleans, for a reader that judges every key itself; makes all
     * keys known.
     */
    public Map<String, Object> plain() {
        known.addAll(values.keySet());
        Map<String, Object> plain = new LinkedHashMap<>();
        values.forEach((key, value) -> {
            Object made = plain(value);
            if (made != null) {
                plain.put(key, made);
            }
        });
        return plain;
    }

    private static @Nullable Object plain(Node node) {
        if (node instanceof MappingNode map) {
            Map<String, Object> made = new LinkedHashMap<>();
            for (NodeTuple entry : map.getValue()) {
                Object value = plain(entry.getValueNode());
                if (entry.getKeyNode() instanceof ScalarNode key && value != null) {
                    made.put(key.getValue(), value);
                }
            }
            return made;
        }
        if (node instanceof SequenceNode list) {
            List<Object> made = new ArrayList<>();
            for (Node item : list.getValue()) {
                Object value = plain(item);
                if (value != null) {
                    made.add(value);
                }
            }
            return made;
        }
        if (node instanceof ScalarNode scalar && !isNull(node)) {
            String text = scalar.getValue();
            if (!scalar.isPlain()) {
                return text;
            }
            if (text.matches("[-+]?[0-9]{1,18}")) {
                return Long.valueOf(text.startsWith("+") ? text.substring(1) : text);
            }
            if (text.matches("[-+]?([0-9]+\\.[0-9]*|\\.[0-9]+|[0-9]+)([eE][-+]?[0-9]{1,3})?")) {
                return Double.valueOf(text);
            }
            if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
                return Boolean.valueOf(text);
            }
            return text;
        }
        return null;
    }

    /** A value that must be there; when it is missing or wrong, the fault is noted and the stand-in is returned. */
    public <T> T need(String key, SettingType<T> type, T standIn) {
        if (!has(key)) {
            faults.add(child(key) + " (" + source + (node == null ? "" : " line " + line(node))
                    + "): is missing; must be " + type.allowed());
            return standIn;
        }
        return read(key, type).orElse(standIn);
    }

    /** A value that may be left out. */
    public <T> T get(String key, SettingType<T> type, T fallback) {
        return find(key, type).orElse(fallback);
    }

    /** A value that may be left out. */
    public <T> Optional<T> find(String key, SettingType<T> type) {
        return has(key) ? read(key, type) : Optional.empty();
    }

    /** A map within this map; empty when it is left out, so that its needs are told by their own paths. */
    public Tree child(String key, boolean required) {
        boolean there = has(key);
        if (!there && required) {
            faults.add(child(key) + " (" + source + (node == null ? "" : " line " + line(node))
                    + "): is missing; must be a map of keys and values");
        }
        Node value = there ? values.get(key) : null;
        // What is missing within a map that is left out on purpose is no fault.
        return asked.computeIfAbsent(key, k -> new Tree(child(k), source, value, there ? faults : new ArrayList<>()));
    }

    /** Every map of a list within this map, read one by one; empty when the list is left out. */
    public <T> List<T> items(String key, Function<Tree, T> reader) {
        return has(key) ? read(child(key), source, values.get(key), faults, reader) : List.of();
    }

    /** Notes a fault that a reader found by itself; {@code allowed} is read after "must be". */
    public void fault(String key, String allowed) {
        Node value = values.get(key);
        faults.add(at(key, value) + ": must be " + allowed);
    }

    private <T> Optional<T> read(String key, SettingType<T> type) {
        Node value = values.get(key);
        String text = value == null ? null : text(value, type.isList());
        T read = text == null ? null : type.parse(text);
        if (read == null) {
            faults.add(at(key, value) + (text == null ? "" : " = \"" + shorten(text) + "\"") + ": must be "
                    + type.allowed());
            return Optional.empty();
        }
        return Optional.of(read);
    }

    /** Reads a list of maps and reports the keys nobody asked for. */
    static <T> List<T> read(
            String path, String source, @Nullable Node list, List<String> faults, Function<Tree, T> reader) {
        if (list == null || isNull(list)) {
            return List.of();
        }
        if (!(list instanceof SequenceNode sequence)) {
            faults.add(path + " (" + source + " line " + line(list) + "): must be a list");
            return List.of();
        }
        List<T> read = new ArrayList<>();
        Iterator<Node> items = sequence.getValue().iterator();
        for (int i = 0; items.hasNext(); i++) {
            Tree tree = new Tree(path + "[" + i + "]", source, items.next(), faults);
            int before = faults.size();
            try {
                read.add(reader.apply(tree));
            } catch (IllegalArgumentException e) {
                // The value types check what no single key can know; their message is only news when nothing was noted.
                if (faults.size() == before) {
                    faults.add(tree.path + " (" + source + "): " + e.getMessage());
                }
            }
            tree.unknown();
        }
        return List.copyOf(read);
    }

    private void unknown() {
        for (Map.Entry<String, Node> entry : values.entrySet()) {
            if (!known.contains(entry.getKey())) {
                faults.add(at(entry.getKey(), entry.getValue()) + ": there is no such setting"
                        + Nearest.hint(entry.getKey(), known));
            }
        }
        asked.values().forEach(Tree::unknown);
    }

    private String child(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private String at(String key, @Nullable Node value) {
        Node where = value == null ? node : value;
        return child(key) + " (" + source + (where == null ? "" : " line " + line(where)) + ")";
    }

    static int line(Node node) {
        return node.getStartMark() == null ? 0 : node.getStartMark().getLine() + 1;
    }

    static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    /** The text of a scalar, or of a list of scalars joined by commas; null for anything else. */
    static @Nullable String text(Node node, boolean list) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        if (list && node instanceof SequenceNode sequence) {
            List<String> parts = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                if (!(item instanceof ScalarNode scalar) || scalar.getValue().indexOf(',') >= 0) {
                    return null;
                }
                parts.add(scalar.getValue());
            }
            return String.join(",", parts);
        }
        return null;
    }

    static String shorten(String text) {
        String clean = text.replaceAll("\\p{Cntrl}+", " ");
        return clean.length() <= 80 ? clean : clean.substring(0, 77) + "...";
    }
}
