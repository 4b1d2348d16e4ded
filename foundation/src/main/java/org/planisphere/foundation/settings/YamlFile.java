package org.planisphere.foundation.settings;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads a settings file as a tree of nodes that know their lines; no tag of the file is ever turned into an object. */
final class YamlFile {
    private YamlFile() {}

    /**
     * The root of the file, or null when the file is empty.
     *
     * @throws SettingsException when it cannot be read or is not well formed
     */
    static @Nullable Node read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new SettingsException(List.of("There is no file " + file.toAbsolutePath() + "."));
        }
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return parse(reader);
        } catch (MarkedYAMLException e) {
            String where = e.getProblemMark() == null
                    ? ""
                    : " line " + (e.getProblemMark().getLine() + 1);
            throw new SettingsException(List.of(file + where + " is not well-formed YAML: " + e.getProblem()));
        } catch (YAMLException e) {
            throw new SettingsException(List.of(file + " is not well-formed YAML: " + oneLine(e.getMessage())));
        } catch (IOException | UncheckedIOException e) {
            throw new SettingsException(List.of(file + " cannot be read: " + oneLine(e.toString())));
        }
    }

    static @Nullable Node parse(Reader reader) {
        return parse(reader, 4 << 20);
    }

    static @Nullable Node parse(Reader reader, int characters) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(10);
        options.setNestingDepthLimit(30);
        options.setCodePointLimit(characters);
        Node root = new Yaml(new SafeConstructor(options)).compose(reader);
        return root == null || root.getTag().equals(Tag.NULL) ? null : root;
    }

    private static String oneLine(@Nullable String text) {
        return String.valueOf(text).replaceAll("\\s+", " ");
    }
}
