package org.planisphere.planner.staging;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.task.DataRequest;
import org.planisphere.planner.task.Kind;

/**
 * Where something is, or is to go, as a task names it.
 *
 * @param scheme in lower case; of a kind of data that is no plain address, the kind's own: {@code s3}, {@code rucio},
 *     {@code ivoa}, {@code skao}; empty when it is none
 * @param text the address as it was written, or words for one
 * @param details the kind's own fields
 * @param checksum what it must sum up to, where the task says so
 */
public record Address(String scheme, String text, Map<String, Object> details, Optional<Checksum> checksum) {
    private static final Map<Kind, String> SCHEMES =
            Map.of(Kind.S3_DATA, "s3", Kind.RUCIO_DATA, "rucio", Kind.IVOA_DATA, "ivoa", Kind.SKAO_DATA, "skao");

    public Address {
        details = Map.copyOf(details);
    }

    /** What no document can give a detail's name to: the address is a repository's. */
    private static final String REPOSITORY = "\0repository";

    /** What a git repository has at a branch, tag or commit; at its own head where that is null. */
    public static Address ofRepository(String url, @Nullable String reference) {
        Map<String, Object> details = new HashMap<>(Map.of(REPOSITORY, true));
        if (reference != null) {
            details.put("reference", reference);
        }
        return new Address("git", url, details, Optional.empty());
    }

    boolean repository() {
        return details.containsKey(REPOSITORY);
    }

    /** What is at that location. */
    public static Address of(String location) {
        return new Address(schemeOf(location), location, Map.of(), Optional.empty());
    }

    /** What a data resource of any kind names. */
    public static Address of(DataRequest data) {
        String location = data.location() == null ? "" : data.location();
        Kind kind = data.kind().kind();
        String own = kind == null ? null : SCHEMES.get(kind);
        if (data.kind().is(Kind.OUTPUT) && data.details().containsKey("bucket")) {
            own = "s3";
        }
        String scheme = own == null ? schemeOf(location) : own;
        return new Address(
                scheme, own == null ? location : words(own, data.details()), data.details(), checksum(data.details()));
    }

    private static Optional<Checksum> checksum(Map<String, Object> details) {
        if (details.get("checksum") instanceof Map<?, ?> sum) {
            return Checksum.of(String.valueOf(sum.get("type")), String.valueOf(sum.get("value")));
        }
        return details.get("skao") instanceof Map<?, ?> skao && skao.get("checksum") instanceof Map<?, ?> sum
                ? Checksum.of(String.valueOf(sum.get("type")), String.valueOf(sum.get("value")))
                : Optional.empty();
    }

    private static String words(String scheme, Map<String, Object> details) {
        return switch (scheme) {
            case "s3" -> "s3://" + text(details, "bucket") + "/" + text(details, "object");
            case "rucio" -> "rucio:" + text(details, "rucio", "scope") + ":" + text(details, "rucio", "object");
            case "skao" -> "skao:" + text(details, "skao", "namespace") + ":" + text(details, "skao", "objectname");
            default ->
                text(details, "ivoa", "ivoid").isEmpty() ? "the IVOA data resource" : text(details, "ivoa", "ivoid");
        };
    }

    /** A detail by its path; empty when there is none. */
    public String detail(String... path) {
        return text(details, path);
    }

    private static String text(Map<String, Object> details, String... path) {
        @Nullable Object at = details;
        for (String part : path) {
            at = at instanceof Map<?, ?> map ? map.get(part) : null;
        }
        return at == null || at instanceof Map ? "" : String.valueOf(at);
    }

    /** It as a URI; empty when it is none. */
    public Optional<URI> uri() {
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** As it may be shown and logged: cut when it is long, without what may be a password or a signature. */
    public String shown() {
        String shown = text;
        int query = shown.indexOf('?');
        if (query >= 0) {
            shown = shown.substring(0, query) + "?…";
        }
        shown = shown.replaceFirst("^([A-Za-z][A-Za-z0-9+.-]*://)[^/@]*@", "$1…@");
        return shown.length() > 300 ? shown.substring(0, 300) + "…" : shown;
    }

    private static String schemeOf(String location) {
        try {
            String scheme = new URI(location).getScheme();
            return scheme == null ? "" : scheme.toLowerCase(Locale.ROOT);
        } catch (URISyntaxException e) {
            return "";
        }
    }
}
