package org.planisphere.foundation.settings;

import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * The values of all settings of one node, checked as a whole. The command line wins over the environment, the
 * environment over the file, the file over the defaults. Immutable and thread-safe.
 */
public final class Settings {
    /** The system property that names the settings file. */
    public static final String FILE_PROPERTY = "planisphere.config";
    /** System properties that begin with this set the key that follows; this is how the launcher hands on its options. */
    public static final String OVERRIDE_PREFIX = "planisphere.set.";

    /** A variable that ends so names a file with the value; for secrets. */
    private static final String IN_A_FILE = "_FILE";

    private static final Map<String, Setting<?>> BY_KEY = new LinkedHashMap<>();
    private static final Map<String, Setting<?>> BY_VARIABLE = new LinkedHashMap<>();

    static {
        for (Setting<?> setting : Keys.all()) {
            if (BY_KEY.put(setting.key(), setting) != null || BY_VARIABLE.put(setting.variable(), setting) != null) {
                throw new IllegalStateException("Two settings are called " + setting.key());
            }
        }
        Keys.FORMER.forEach((before, now) ->
                BY_VARIABLE.put(Setting.variable(before), Objects.requireNonNull(BY_KEY.get(now), now)));
    }

    private static @Nullable Setting<?> setting(String key) {
        return BY_KEY.get(Keys.FORMER.getOrDefault(key, key));
    }

    private final Map<String, Object> values;
    private final Map<String, Node> trees;
    private final String source;

    private Settings(Map<String, Object> values, Map<String, Node> trees, String source) {
        this.values = Map.copyOf(values);
        this.trees = Map.copyOf(trees);
        this.source = source;
    }

    /**
     * Reads the settings of a node.
     *
     * @param file the settings file, or null when there is none
     * @param environment usually {@code System.getenv()}; only {@code PLANISPHERE_*} is looked at
     * @param overrides keys and values of the command line
     * @throws SettingsException naming every wrong value, unknown key and unknown variable
     */
    public static Settings load(@Nullable Path file, Map<String, String> environment, Map<String, String> overrides) {
        Loader loader = new Loader(file == null ? "the settings file" : file.toString());
        if (file != null) {
            loader.file(YamlFile.read(file));
        }
        return loader.environment(environment).overrides(overrides).done();
    }

    /**
     * The settings of the running node, from the file that the system property {@value #FILE_PROPERTY} (or the variable
     * {@code PLANISPHERE_CONFIG}) names, the environment, and the system properties {@code planisphere.set.*}.
     *
     * @throws SettingsException as {@link #load}
     */
    public static Settings ofThisProcess() {
        String file = System.getProperty(FILE_PROPERTY, System.getenv().getOrDefault("PLANISPHERE_CONFIG", ""));
        Map<String, String> overrides = new TreeMap<>();
        Properties properties = System.getProperties();
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith(OVERRIDE_PREFIX)) {
                overrides.put(name.substring(OVERRIDE_PREFIX.length()), properties.getProperty(name));
            }
        }
        return load(file.isBlank() ? null : Path.of(file), System.getenv(), overrides);
    }

    /** The defaults with a few keys set; for tests. */
    public static Settings of(Map<String, String> values) {
        return new Loader("the settings").overrides(values).done();
    }

    /**
     * The settings that a YAML text holds, with the defaults for the rest; for tests.
     *
     * @throws SettingsException as {@link #load}
     */
    public static Settings ofYaml(String yaml) {
        Loader loader = new Loader("the text");
        try {
            loader.file(YamlFile.parse(new StringReader(yaml)));
        } catch (YAMLException e) {
            throw new SettingsException(List.of("The text is not well-formed YAML: " + e.getMessage()));
        }
        return loader.done();
    }

    /**
     * The value of a setting.
     *
     * @throws IllegalStateException when nobody set it and it has no default; ask {@link #find} for such
     */
    public <T> T get(Setting<T> setting) {
        return find(setting)
                .orElseThrow(() -> new IllegalStateException(setting.key() + " is not set and has no default"));
    }

    /** The value of a setting, or nothing when nobody set it and it has no default. */
    public <T> Optional<T> find(Setting<T> setting) {
        // Only the loader fills the map, with what the setting's own type read.
        @SuppressWarnings("unchecked")
        T value = (T) values.get(setting.key());
        return Optional.ofNullable(value);
    }

    /**
     * Reads the list of maps at a tree's key, such as {@link Keys#PLATFORMS}.
     *
     * @param reader makes a value of one map; it may throw {@link IllegalArgumentException}
     * @return empty when the file does not have the key
     * @throws SettingsException naming every fault by its path, such as {@code platforms[0].capacity.cores}
     */
    public <T> List<T> items(String key, Function<Tree, T> reader) {
        List<String> faults = new ArrayList<>();
        List<T> items = Tree.read(key, source, trees.get(key), faults, reader);
        if (!faults.isEmpty()) {
            throw new SettingsException(faults);
        }
        return items;
    }

    /** True when the file has a value at a tree's key. */
    public boolean hasTree(String key) {
        return trees.containsKey(key);
    }

    /** Where the node keeps everything, as an absolute path. */
    public Path dataDir() {
        return get(Keys.DATA_DIR).toAbsolutePath().normalize();
    }

    /** Where work folders, output and results of sessions are kept, as an absolute path. */
    public Path sessionsDir() {
        return find(Keys.DATA_SESSIONS)
                .map(path -> path.toAbsolutePath().normalize())
                .orElseGet(() -> dataDir().resolve("sessions"));
    }

    /** The address under which clients reach this node, without a slash at its end. */
    public URI nodeUrl() {
        return find(Keys.NODE_URL).orElseGet(() -> {
            String host = get(Keys.LISTEN_ADDRESS);
            if ("0.0.0.0".equals(host) || "::".equals(host)) {
                host = "127.0.0.1";
            }
            return URI.create(
                    "http://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + get(Keys.LISTEN_PORT));
        });
    }

    /** The JDBC address of the database: what is set, or an H2 file in the data folder. */
    public String databaseUrl() {
        return find(Keys.DB_URL).orElseGet(() -> "jdbc:h2:file:" + dataDir().resolve("db/planisphere"));
    }

    /** Every setting that has a value, one line each, secrets hidden; for the log at start. */
    public String describe() {
        return Keys.all().stream()
                .filter(s -> values.containsKey(s.key()))
                .map(s -> s.key() + "=" + (s.secret() ? "***" : Tree.shorten(String.valueOf(values.get(s.key())))))
                .collect(Collectors.joining("\n"));
    }

    /** As {@link #describe}: secrets are hidden. */
    @Override
    public String toString() {
        return describe();
    }

    private static final class Loader {
        private final String fileName;
        private final Map<String, Object> values = new LinkedHashMap<>();
        private final Map<String, Node> trees = new LinkedHashMap<>();
        private final List<String> faults = new ArrayList<>();

        Loader(String fileName) {
            this.fileName = fileName;
        }

        Loader file(@Nullable Node root) {
            if (root != null) {
                if (root instanceof MappingNode map) {
                    walk("", map);
                } else {
                    faults.add(fileName + ": must be a map of keys and values");
                }
            }
            return this;
        }

        private void walk(String prefix, MappingNode map) {
            for (NodeTuple entry : map.getValue()) {
                Node value = entry.getValueNode();
                if (!(entry.getKeyNode() instanceof ScalarNode name)) {
                    faults.add(fileName + " line " + Tree.line(entry.getKeyNode()) + ": a key must be text");
                    continue;
                }
                String key = prefix + name.getValue();
                String where = fileName + " line " + Tree.line(name);
                Setting<?> setting = setting(key);
                if (Keys.trees().containsKey(key)) {
                    if (!Tree.isNull(value) && trees.put(key, value) != null) {
                        faults.add(key + " (" + where + "): is given twice");
                    }
                } else if (value instanceof MappingNode inner && isPrefix(key + ".")) {
                    walk(key + ".", inner);
                } else if (setting != null) {
                    if (values.containsKey(setting.key())) {
                        faults.add(key + " (" + where + "): is given twice");
                    }
                    if (!Tree.isNull(value)) {
                        String text = Tree.text(value, setting.type().isList());
                        set(setting, key, text, where);
                    }
                } else if (!Tree.isNull(value) || !isPrefix(key + ".")) {
                    faults.add(key + " (" + where + "): "
                            + (isPrefix(key + ".")
                                    ? "must be a map of keys and values"
                                    : "there is no such setting" + Nearest.hint(key, names())));
                }
            }
        }

        private static boolean isPrefix(String prefix) {
            return BY_KEY.keySet().stream().anyMatch(k -> k.startsWith(prefix))
                    || Keys.FORMER.keySet().stream().anyMatch(k -> k.startsWith(prefix));
        }

        private static List<String> names() {
            List<String> names = new ArrayList<>(BY_KEY.keySet());
            names.addAll(Keys.trees().keySet());
            return names;
        }

        Loader environment(Map<String, String> environment) {
            for (Map.Entry<String, String> entry : new TreeMap<>(environment).entrySet()) {
                String name = entry.getKey();
                if (!name.startsWith("PLANISPHERE_") || Keys.TOOL_VARIABLES.contains(name)) {
                    continue;
                }
                Setting<?> setting = BY_VARIABLE.get(name);
                Setting<?> secret = name.endsWith(IN_A_FILE)
                        ? BY_VARIABLE.get(name.substring(0, name.length() - IN_A_FILE.length()))
                        : null;
                if (setting == null && secret != null && secret.secret()) {
                    secret(secret, name, entry.getValue(), environment.containsKey(secret.variable()));
                } else if (setting == null) {
                    faults.add(name + " (environment): there is no such setting"
                            + Nearest.hint(name, BY_VARIABLE.keySet()));
                } else {
                    set(setting, name, entry.getValue(), "environment");
                }
            }
            return this;
        }

        /** What a file holds that somebody who looks after secrets has put there. */
        private void secret(Setting<?> setting, String name, String file, boolean twice) {
            try {
                if (twice) {
                    faults.add(name + " (environment): " + setting.variable() + " is given too");
                } else {
                    set(setting, name, Files.readString(Path.of(file)).strip(), "the file that it names");
                }
            } catch (IOException | InvalidPathException | SecurityException e) {
                faults.add(name + " (environment): must be a file that can be read");
            }
        }

        Loader overrides(Map<String, String> overrides) {
            for (Map.Entry<String, String> entry : overrides.entrySet()) {
                Setting<?> setting = setting(entry.getKey());
                if (setting == null) {
                    faults.add(entry.getKey() + " (command line): there is no such setting"
                            + Nearest.hint(entry.getKey(), BY_KEY.keySet()));
                } else {
                    set(setting, entry.getKey(), entry.getValue(), "command line");
                }
            }
            return this;
        }

        private void set(Setting<?> setting, String name, @Nullable String text, String where) {
            Object value = text == null ? null : setting.type().parse(text);
            if (value == null) {
                String shown = text == null ? "" : " = \"" + (setting.secret() ? "***" : Tree.shorten(text)) + "\"";
                faults.add(name + shown + " (" + where + "): must be "
                        + setting.type().allowed());
            } else {
                values.put(setting.key(), value);
            }
        }

        Settings done() {
            for (Setting<?> setting : Keys.all()) {
                setting.fallback().ifPresent(text -> {
                    Object value = setting.type().parse(text);
                    if (value != null) {
                        values.putIfAbsent(setting.key(), value);
                    }
                });
            }
            if (!faults.isEmpty()) {
                throw new SettingsException(faults);
            }
            return new Settings(values, trees, fileName);
        }
    }
}
