package org.planisphere.planner.platform.unpacked;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.http.Ask;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.planner.platform.image.ImageName;
import org.planisphere.planner.staging.JsonFile;

/**
 * Reads images from registries as the OCI's distribution specification says, with nobody's credentials: a token is asked
 * for where a registry wants one from everybody. Everything is checked against the digest that named it. Thread safe.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md">OCI distribution 1.1</a>
 */
final class Registry {
    private static final long MANIFEST = 4L << 20;
    private static final String LISTS =
            "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json";
    private static final String MANIFESTS =
            "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";
    private static final Pattern PARAMETER = Pattern.compile("([a-z]+)=\"([^\"]*)\"");

    private final GuardedHttp http;
    private final List<String> insecure;
    private final Map<String, String> tokens = new ConcurrentHashMap<>();

    /** @param insecure registries that are spoken to without TLS: {@code host:port} */
    Registry(GuardedHttp http, List<String> insecure) {
        this.http = http;
        this.insecure = List.copyOf(insecure);
    }

    /** One document, and what it is known by. */
    private record Document(String digest, Map<String, Object> content) {}

    /**
     * Asks for the image.
     *
     * @param architecture by the name that images use
     * @throws IOException with words for whoever named it, when it cannot be had
     */
    Parts find(ImageName name, String architecture, String os) throws IOException {
        String wanted = name.digest() != null ? name.digest() : String.valueOf(name.tag());
        Document manifest = manifest(name, wanted);
        if (manifest.content().containsKey("manifests")) {
            String chosen = choose(manifest.content(), architecture, os);
            manifest = manifest(name, chosen);
        }
        Map<String, Object> described = Parts.object(manifest.content().get("config"));
        String configuration = Parts.digest(described.get("digest"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        blob(name, configuration, MANIFEST, bytes);
        Map<String, Object> content = document(bytes);
        List<Map<String, Object>> layers = Parts.objects(manifest.content().get("layers"));
        return new Pulled(this, name, manifest.digest(), content, layers);
    }

    /** The manifest of a list that is for a machine like this. */
    static String choose(Map<String, Object> list, String architecture, String os) throws IOException {
        for (Map<String, Object> item : Parts.objects(list.get("manifests"))) {
            Map<String, Object> platform = Parts.object(item.get("platform"));
            if (architecture.equals(platform.get("architecture")) && os.equals(platform.get("os"))) {
                return Parts.digest(item.get("digest"));
            }
        }
        throw new IOException("it has nothing for " + os + "/" + architecture);
    }

    private Document manifest(ImageName name, String reference) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        get(name, "manifests/" + reference, MANIFESTS + ", " + LISTS, MANIFEST, bytes);
        String digest = Digests.of(bytes.toByteArray());
        if (reference.startsWith("sha256:") && !reference.equals(digest)) {
            throw new IOException("what came is not " + reference);
        }
        return new Document(digest, document(bytes));
    }

    private void blob(ImageName name, String digest, long limit, OutputStream out) throws IOException {
        MessageDigest sum = Digests.begin();
        get(name, "blobs/" + digest, "*/*", limit, Digests.through(out, sum));
        if (!Digests.end(sum).equals(digest)) {
            throw new IOException("what came is not " + digest);
        }
    }

    private void get(ImageName name, String path, String accept, long limit, OutputStream out) throws IOException {
        int slash = name.repository().indexOf('/');
        String host = name.repository().substring(0, slash);
        String repository = name.repository().substring(slash + 1);
        String scheme = insecure.contains(host) ? "http" : "https";
        String authority = host.equals("docker.io") ? "registry-1.docker.io" : host;
        URI at = uri(scheme + "://" + authority + "/v2/" + repository + "/" + path);
        String scope = authority + "/" + repository;
        Optional<String> challenge = attempt(at, accept, tokens.get(scope), limit, out);
        if (challenge.isPresent()) {
            String token = token(challenge.get(), repository);
            tokens.put(scope, token);
            if (attempt(at, accept, token, limit, out).isPresent()) {
                throw new IOException("the registry does not give it to everybody");
            }
        }
    }

    /** What the registry wants first; empty when it gave what was asked. */
    private Optional<String> attempt(URI at, String accept, @Nullable String token, long limit, OutputStream out)
            throws IOException {
        Ask ask = Ask.get(at).with(to -> {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Accept", accept);
            if (token != null && at.getRawAuthority().equals(to.getRawAuthority())) {
                headers.put("Authorization", "Bearer " + token);
            }
            return headers;
        });
        return http.exchange(ask, answer -> {
            String challenge = answer.headers().get("www-authenticate");
            if (answer.status() == 401 && challenge != null) {
                return Optional.of(challenge);
            }
            if (answer.status() == 404) {
                throw new IOException("the registry has no such image");
            }
            if (answer.status() != 200) {
                throw new IOException("the registry answered " + answer.status());
            }
            answer.body(limit, out);
            return Optional.empty();
        });
    }

    /** A token that everybody gets. */
    private String token(String challenge, String repository) throws IOException {
        Map<String, String> said = new LinkedHashMap<>();
        Matcher matcher = PARAMETER.matcher(challenge);
        while (matcher.find()) {
            said.put(matcher.group(1), matcher.group(2));
        }
        String realm = said.get("realm");
        if (!challenge.regionMatches(true, 0, "Bearer ", 0, 7) || realm == null) {
            throw new IOException("the registry does not give it to everybody");
        }
        String query = "scope=" + encoded("repository:" + repository + ":pull");
        if (said.get("service") != null) {
            query = "service=" + encoded(said.get("service")) + "&" + query;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            http.get(uri(realm + (realm.contains("?") ? "&" : "?") + query), Map.of(), 1 << 16, bytes);
        } catch (GuardedHttp.Status e) {
            throw new IOException("the registry does not give it to everybody", e);
        }
        Map<String, Object> answer = document(bytes);
        Object token = answer.containsKey("token") ? answer.get("token") : answer.get("access_token");
        if (!(token instanceof String text) || text.isEmpty() || text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IOException("the registry does not give it to everybody");
        }
        return text;
    }

    private static Map<String, Object> document(ByteArrayOutputStream bytes) throws IOException {
        try {
            return JsonFile.parse(bytes.toString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IOException("the registry answered with what is no document", e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static URI uri(String text) throws IOException {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new IOException("the registry has no such address", e);
        }
    }

    /** An image of a registry. */
    private record Pulled(
            Registry registry,
            ImageName name,
            String digest,
            Map<String, Object> configuration,
            List<Map<String, Object>> all)
            implements Parts {
        @Override
        public int layers() {
            return all.size();
        }

        @Override
        public Path layer(int number, Path into) throws IOException {
            Map<String, Object> layer = all.get(number);
            long size = layer.get("size") instanceof Number bytes ? bytes.longValue() : 0;
            try (OutputStream out =
                    Files.newOutputStream(into, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                registry.blob(name, Parts.digest(layer.get("digest")), size, out);
            }
            return into;
        }

        @Override
        public long size() {
            return all.stream()
                    .mapToLong(layer -> layer.get("size") instanceof Number bytes ? bytes.longValue() : 0)
                    .reduce(0, (a, b) -> a < 0 || b < 0 || a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b);
        }
    }
}
