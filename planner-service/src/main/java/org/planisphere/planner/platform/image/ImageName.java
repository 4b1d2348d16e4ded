package org.planisphere.planner.platform.image;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a container image with everything said: registry, repository, and a tag or a digest. What is left out is
 * filled in as Docker does, so that nothing depends on how an engine searches.
 *
 * @param repository with its registry: {@code docker.io/library/python}
 * @param tag null when a digest says which
 * @param digest {@code sha256:} and 64 hexadecimal digits, or null
 */
public record ImageName(
        String repository, @Nullable String tag, @Nullable String digest) {
    private static final Pattern FORM =
            Pattern.compile("(?<host>[a-z0-9](?:[a-z0-9.-]{0,200}[a-z0-9])?(?::[0-9]{1,5})?/)?"
                    + "(?<path>[a-z0-9]+(?:[._-]+[a-z0-9]+){0,20}(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+){0,20}){0,20})"
                    + "(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
                    + "(?:@(?<digest>sha256:[0-9a-f]{64}))?");

    /** Reads a name, with or without {@code docker://} before it; empty when it is none. */
    public static Optional<ImageName> of(String text) {
        String name = text.startsWith("docker://") ? text.substring(9) : text;
        if (name.length() > 500) {
            return Optional.empty();
        }
        Matcher matcher = FORM.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String host = matcher.group("host") == null ? "" : matcher.group("host");
        String path = matcher.group("path");
        if (!host.isEmpty() && !host.contains(".") && !host.contains(":") && !host.equals("localhost/")) {
            // What stands before the first slash is a registry only when it looks like an address.
            path = host + path;
            host = "";
        }
        if (host.isEmpty()) {
            host = "docker.io/";
        }
        if (host.equals("docker.io/") && !path.contains("/")) {
            path = "library/" + path;
        }
        String digest = matcher.group("digest");
        String tag = matcher.group("tag");
        return Optional.of(new ImageName(host + path, digest != null ? null : tag == null ? "latest" : tag, digest));
    }

    /** The same image, known by its digest. */
    public ImageName at(String otherDigest) {
        return new ImageName(repository, null, otherDigest);
    }

    /** As an engine wants it. */
    public String full() {
        return digest != null ? repository + "@" + digest : repository + ":" + tag;
    }

    /**
     * Whether one of the operator's patterns allows it: {@code registry.example.org/astro/*} and everything below, or one
     * repository by its name. {@code *} alone allows every image.
     */
    public boolean allowed(List<String> patterns) {
        for (String pattern : patterns) {
            String wanted = pattern.toLowerCase(Locale.ROOT);
            if (wanted.equals("*")
                    || wanted.equals(repository)
                    || (wanted.endsWith("/*") && repository.startsWith(wanted.substring(0, wanted.length() - 1)))) {
                return true;
            }
        }
        return false;
    }
}
