package org.planisphere.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.planisphere.wire.codec.Json;

/**
 * Options kept under names, in {@code $XDG_CONFIG_HOME/planisphere/profiles.json}: where one person asks, and how the
 * answers are ordered. A profile holds the place of a token, never a token.
 */
final class Profiles {
    /** What a profile may hold: the long options of the same names, with several planners parted by blanks. */
    static final List<String> OPTIONS = List.of("planner", "registry", "token-file", "timeout", "sort", "weights");

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

    /** What is kept under one name. */
    record Profile(String name, Map<String, String> options) {
        static final Profile NONE = new Profile("", Map.of());

        String get(String option) {
            return options.getOrDefault(option, "");
        }
    }

    private final Path file;

    private Profiles(Path file) {
        this.file = file;
    }

    static Profiles of(Map<String, String> environment) {
        return new Profiles(folder(environment).resolve("profiles.json"));
    }

    /** Where a person's settings of this command are. */
    static Path folder(Map<String, String> environment) {
        String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path home = config.startsWith("/")
                ? Path.of(config)
                : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".config");
        return home.resolve("planisphere");
    }

    /** All, by name. */
    Map<String, Profile> all() {
        Map<String, Profile> all = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : read().path("profiles").properties()) {
            Map<String, String> options = new LinkedHashMap<>();
            for (String option : OPTIONS) {
                String value = entry.getValue().path(option).asText("");
                if (!value.isBlank()) {
                    options.put(option, value);
                }
            }
            all.put(entry.getKey(), new Profile(entry.getKey(), options));
        }
        return all;
    }

    /** The one that counts where none is named. */
    Optional<Profile> used() {
        return Optional.ofNullable(all().get(read().path("use").asText("")));
    }

    /** The profile that counts where the command line names none. */
    static Profile usual(Map<String, String> environment) {
        Profiles profiles = of(environment);
        String named = environment.getOrDefault("PLANISPHERE_PROFILE", "").strip();
        return named.isEmpty() ? profiles.used().orElse(Profile.NONE) : profiles.need(named);
    }

    /** Refuses a name that is not there. */
    Profile need(String name) {
        Profile found = all().get(name);
        if (found == null) {
            throw new Fault(
                    Exit.USAGE,
                    "There is no profile " + Terminal.harmless(name) + ".",
                    "see: planisphere profile list");
        }
        return found;
    }

    /** Writes one, in place of what had the name before. */
    void set(Profile profile) {
        if (!profile.name().matches(NAME)) {
            throw new Fault(
                    Exit.USAGE,
                    "A profile's name is up to 64 letters, digits, dots, dashes and underscores.",
                    "for example: planisphere profile set mine --planner http://127.0.0.1:8080/planner");
        }
        ObjectNode tree = read();
        ObjectNode options = tree.withObject("/profiles").putObject(profile.name());
        profile.options().forEach(options::put);
        write(tree);
    }

    /** Makes it the one that counts where none is named. */
    void use(String name) {
        need(name);
        write(read().put("use", name));
    }

    void remove(String name) {
        need(name);
        ObjectNode tree = read();
        tree.withObject("/profiles").remove(name);
        if (tree.path("use").asText("").equals(name)) {
            tree.remove("use");
        }
        write(tree);
    }

    private ObjectNode read() {
        try {
            if (Files.isRegularFile(file)
                    && Files.size(file) < 1024 * 1024
                    && Json.mapper().readTree(Files.readAllBytes(file)) instanceof ObjectNode tree) {
                return tree;
            }
        } catch (IOException unreadable) {
            throw new Fault(
                    Exit.USAGE, file + " cannot be read: " + unreadable.getMessage(), "mend it, or take it away");
        }
        return Json.mapper().createObjectNode();
    }

    private void write(ObjectNode tree) {
        try {
            PrivateFile.write(file, tree);
        } catch (IOException unwritable) {
            throw new Fault(
                    Exit.FAULT,
                    file + " cannot be written: " + unwritable.getMessage(),
                    "put it elsewhere with XDG_CONFIG_HOME");
        }
    }
}
