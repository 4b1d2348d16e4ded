package org.planisphere.planner.platform.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.digest.Sha256;
import org.planisphere.planner.platform.PlatformException;

/**
 * Where it stands what a program or notebook requires.
 *
 * @param source what is known of it before anything is fetched; two with the same are expected to require the same
 * @param text the list itself, where the request holds it
 * @param file place in the work folder of a list that is fetched
 * @param tree place in the work folder of the repository that it belongs to; without text and file the list is looked for there
 */
record Requirements(String source, Optional<String> text, Optional<String> file, Optional<String> tree) {
    /** Where a repository may have its list; the first that is there counts. */
    private static final List<String> PLACES =
            List.of("binder/requirements.txt", ".binder/requirements.txt", "requirements.txt");
    /** Other descriptions of an environment, which nobody here reads. */
    private static final List<String> OTHERS =
            List.of("environment.yml", "Dockerfile", "Pipfile", "Project.toml", "install.R", "apt.txt", "postBuild");

    private static final int LONGEST = 256 * 1024;
    /** A line that means packages of the index and nothing else, whatever lies beside the list. */
    private static final Pattern PLAIN = Pattern.compile(
            "\\s*([A-Za-z0-9][A-Za-z0-9._-]*\\s*(\\[[A-Za-z0-9._,\\s-]*\\])?\\s*([<>=!~][<>=!~A-Za-z0-9.*+,\\s_-]*)?"
                    + "(;[^#]*)?)?(#.*)?");

    static Requirements text(String text) {
        return new Requirements("list " + Sha256.hex(text), Optional.of(text), Optional.empty(), Optional.empty());
    }

    static Requirements fetched(String location, String place) {
        return new Requirements("list at " + location, Optional.empty(), Optional.of(place), Optional.empty());
    }

    static Requirements ofRepository(String url, @Nullable String reference, String tree, Optional<String> file) {
        return new Requirements(
                "repository " + url + " " + reference
                        + file.map(name -> " " + name).orElse(""),
                Optional.empty(),
                file,
                Optional.of(tree));
    }

    /**
     * The list as it was fetched.
     *
     * @param name of it in its repository, or any
     * @param plain whether it says all itself, without what lies beside it
     */
    record Found(String name, byte[] content, boolean plain) {}

    /** @return empty when nothing is required */
    Optional<Found> found(Path work) throws IOException, PlatformException {
        if (text.isPresent()) {
            return list("requirements.txt", text.get().getBytes(StandardCharsets.UTF_8));
        }
        Path folder = work.resolve(tree.orElse("."));
        if (file.isPresent()) {
            Path list = tree.isPresent() ? folder.resolve(file.get()) : work.resolve(file.get());
            if (!Files.isRegularFile(list, LinkOption.NOFOLLOW_LINKS)) {
                throw new PlatformException("the repository has no file " + file.get());
            }
            return list(tree.isPresent() ? file.get() : "requirements.txt", read(list));
        }
        for (String place : PLACES) {
            Path list = folder.resolve(place);
            if (Files.isRegularFile(list, LinkOption.NOFOLLOW_LINKS)) {
                return list(place, read(list));
            }
        }
        for (String place : OTHERS) {
            for (String at : List.of("binder/", ".binder/", "")) {
                if (Files.exists(folder.resolve(at + place), LinkOption.NOFOLLOW_LINKS)) {
                    throw new PlatformException("its environment is described by " + at + place
                            + ", and this platform builds environments of requirements.txt only");
                }
            }
        }
        return Optional.empty();
    }

    private static byte[] read(Path list) throws IOException, PlatformException {
        if (Files.size(list) > LONGEST) {
            throw new PlatformException("its list of requirements is too long");
        }
        return Files.readAllBytes(list);
    }

    private static Optional<Found> list(String name, byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        if (text.lines().allMatch(line -> line.isBlank() || line.strip().startsWith("#"))) {
            return Optional.empty();
        }
        return Optional.of(new Found(
                name, content, text.lines().allMatch(line -> PLAIN.matcher(line).matches())));
    }
}
