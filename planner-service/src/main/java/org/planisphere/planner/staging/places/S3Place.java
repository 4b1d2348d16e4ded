package org.planisphere.planner.staging.places;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.digest.Sha256;
import org.planisphere.foundation.http.Ask;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.foundation.http.Resolver;
import org.planisphere.planner.staging.Address;
import org.planisphere.planner.staging.Downloads;
import org.planisphere.planner.staging.Fetching;
import org.planisphere.planner.staging.Intake;
import org.planisphere.planner.staging.Sink;
import org.planisphere.planner.staging.SmallXml;
import org.planisphere.planner.staging.Source;
import org.planisphere.planner.staging.Staged;
import org.planisphere.planner.staging.Transfer;
import org.planisphere.planner.staging.Unreachable;
import org.planisphere.planner.task.Kind;

/**
 * Buckets of one S3 service, or what in them has a name that begins in a certain way. One object, all objects whose names
 * begin with an object's name that ends with a slash, or a whole bucket.
 */
public final class S3Place implements Source, Sink {
    private static final long PART = 64L << 20;
    private static final int MOST_OBJECTS = 10_000;
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final Place place;
    private final Vault vault;
    private final String region;
    private final boolean virtual;
    private final List<String> opened;
    private final GuardedHttp http;
    private final Downloads downloads;
    private final long part;

    /**
     * @param virtual whether the bucket is part of the host's name rather than of the path
     * @param opened {@code bucket}, or {@code bucket/prefix}
     */
    public S3Place(Place place, Vault vault, String region, boolean virtual, List<String> opened, Fetching fetching) {
        this(place, vault, region, virtual, opened, fetching, PART, Resolver.SYSTEM);
    }

    /** @param part bytes above which an object is put in parts, and of each */
    S3Place(
            Place place,
            Vault vault,
            String region,
            boolean virtual,
            List<String> opened,
            Fetching fetching,
            long part,
            Resolver resolver) {
        this.place = place;
        this.vault = vault;
        this.region = region;
        this.virtual = virtual;
        this.opened = List.copyOf(opened);
        this.part = part;
        List<String> hosts = new ArrayList<>();
        if (virtual) {
            opened.forEach(one -> hosts.add(one.replaceAll("/.*", "") + "." + Place.host(place.endpoint())));
        }
        this.http = place.http(hosts, resolver);
        this.downloads = new Downloads(http, fetching);
    }

    /** One object, or, where the key is empty or ends with a slash, all whose names begin with it. */
    private record Item(String bucket, String key) {
        boolean many() {
            return key.isEmpty() || key.endsWith("/");
        }
    }

    private Item item(Address address) {
        if (!address.detail("bucket").isEmpty()) {
            return new Item(address.detail("bucket"), address.detail("object").strip());
        }
        String rest = address.text().replaceFirst("(?i)^s3://", "");
        int slash = rest.indexOf('/');
        return slash < 0 ? new Item(rest, "") : new Item(rest.substring(0, slash), rest.substring(slash + 1));
    }

    @Override
    public Set<Kind> kinds() {
        return Set.of(Kind.S3_DATA, Kind.SIMPLE_DATA);
    }

    @Override
    public Set<String> schemes() {
        return Set.of("s3");
    }

    @Override
    public boolean takes(Address address) {
        if (!address.scheme().equals("s3")) {
            return false;
        }
        String endpoint = address.detail("endpoint").replaceAll("/+$", "");
        return (endpoint.isEmpty()
                        || endpoint.equalsIgnoreCase(place.endpoint().toString().replaceAll("/+$", "")))
                && opened(item(address));
    }

    private boolean opened(Item item) {
        String whole = item.bucket() + "/" + item.key();
        return item.bucket().matches("[a-z0-9][a-z0-9.-]{1,62}")
                && !item.key().startsWith("/")
                && !Place.astray(item.key())
                && opened.stream().anyMatch(one -> whole.startsWith(one.contains("/") ? one : one + "/"));
    }

    @Override
    public Optional<Unreachable> examine(Address address) {
        return Optional.empty();
    }

    @Override
    public String whence(Address address) {
        return Place.host(place.endpoint());
    }

    private URI uri(Item item, String query) {
        String path =
                (place.endpoint().getPath() == null ? "" : place.endpoint().getPath()).replaceAll("/+$", "");
        String host = Place.host(place.endpoint());
        String base = virtual
                ? item.bucket() + "." + host + path + "/"
                : host + path + "/" + item.bucket() + (item.key().isEmpty() ? "" : "/");
        String uri = place.endpoint().getScheme() + "://" + base + S3Signer.encode(item.key(), true);
        return URI.create(query.isEmpty() ? uri : uri + "?" + query);
    }

    private Map<String, String> headers(String method, URI at, Map<String, String> given, String payload)
            throws IOException {
        String name = place.credentials();
        if (name == null) {
            return given;
        }
        S3Signer.Keys keys = new S3Signer.Keys(
                vault.get(name, "access"),
                vault.get(name, "secret"),
                vault.find(name, "token").orElse(null));
        return S3Signer.sign(method, at, given, payload, keys, region, Instant.now());
    }

    private static final String EMPTY = Sha256.hex(new byte[0]);

    private Ask ask(String method, URI at, Map<String, String> given, Ask.@Nullable Body body, String payload)
            throws IOException {
        Map<String, String> headers = headers(method, at, given, payload);
        Ask ask = Ask.of(method, at).with(asked -> asked.equals(at) ? headers : Map.of());
        return body == null ? ask : ask.with(body);
    }

    private static IOException refused(GuardedHttp.Answer answer) {
        return answer.status() == 404
                ? new Gone("the place answered 404")
                : new IOException("the place answered " + answer.status());
    }

    // Fetch -----------------------------------------------------------------------------------------------------------

    private record Listed(String key, long size) {}

    private List<Listed> list(Item item) throws IOException {
        List<Listed> all = new ArrayList<>();
        String next = "";
        do {
            String query = (next.isEmpty() ? "" : "continuation-token=" + S3Signer.encode(next, false) + "&")
                    + "list-type=2&prefix=" + S3Signer.encode(item.key(), false);
            URI at = uri(new Item(item.bucket(), ""), query);
            SmallXml page = http.exchange(ask("GET", at, Map.of(), null, EMPTY), answer -> {
                if (answer.status() != 200) {
                    throw refused(answer);
                }
                return SmallXml.read(answer);
            });
            for (SmallXml object : page.all("Contents")) {
                String size = object.textOf("Size");
                if (!size.matches("[0-9]{1,18}") || !object.textOf("Key").startsWith(item.key())) {
                    throw new IOException("the place lists something that it was not asked for");
                }
                if (!object.textOf("Key").endsWith("/")) {
                    all.add(new Listed(object.textOf("Key"), Long.parseLong(size)));
                }
            }
            String then = page.textOf("IsTruncated").equals("true") ? page.textOf("NextContinuationToken") : "";
            if (all.size() > MOST_OBJECTS || !then.isEmpty() && then.equals(next)) {
                throw new IOException("there are more than " + MOST_OBJECTS + " objects");
            }
            next = then;
        } while (!next.isEmpty());
        if (all.isEmpty()) {
            throw new Gone("there is nothing there");
        }
        return all;
    }

    @Override
    public OptionalLong measure(Address address) throws IOException {
        Item item = item(address);
        if (item.many()) {
            return OptionalLong.of(list(item).stream().mapToLong(Listed::size).sum());
        }
        URI at = uri(item, "");
        return http.exchange(ask("HEAD", at, Map.of(), null, EMPTY).within(LOOK), answer -> {
            if (answer.status() != 200) {
                throw refused(answer);
            }
            String length = answer.headers().getOrDefault("content-length", "");
            return length.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(length)) : OptionalLong.empty();
        });
    }

    @Override
    public Staged fetch(Address address, Path target, Transfer transfer) throws IOException {
        Item item = item(address);
        if (!item.many()) {
            return one(item, target, transfer, address);
        }
        if (address.checksum().isPresent()) {
            throw new IOException("it is a folder, which has no checksum");
        }
        List<Listed> all = list(item);
        transfer.foresee(all.stream().mapToLong(Listed::size).sum());
        Files.createDirectories(target);
        long total = 0;
        for (Listed object : all) {
            Path file =
                    target.resolve(Place.below(object.key().substring(item.key().length())));
            Files.createDirectories(file.getParent());
            Address single = Address.of("s3://" + item.bucket() + "/" + object.key());
            total += one(new Item(item.bucket(), object.key()), file, transfer, single)
                    .size();
        }
        return new Staged(total, "");
    }

    private Staged one(Item item, Path target, Transfer transfer, Address address) throws IOException {
        URI at = uri(item, "");
        // Signed once more at each attempt, since a signature holds for minutes only.
        try (Intake intake = new Intake(target, transfer, address.shown(), address.checksum())) {
            return downloads.fetch(
                    at,
                    asked -> {
                        try {
                            return asked.equals(at) ? headers("GET", at, Map.of(), EMPTY) : Map.of();
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    },
                    intake,
                    target,
                    transfer);
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        }
    }

    // Put -------------------------------------------------------------------------------------------------------------

    @Override
    public void put(Address address, Parcel parcel, Transfer transfer) throws IOException {
        Item to = item(address);
        String key = to.key() + (to.many() || parcel.name().isEmpty() ? "" : "/") + parcel.name();
        Item item = new Item(to.bucket(), key);
        if (!opened(item)) {
            throw new IOException("nothing may be put there");
        }
        boolean stored = parcel.file().size() <= part ? whole(item, parcel) : parts(item, parcel);
        if (stored) {
            transfer.moved(parcel.file().size());
        } else if (!same(item, parcel)) {
            throw new IOException("there is something else of that name already");
        }
    }

    private Map<String, String> facts(Parcel parcel) {
        Map<String, String> facts = new TreeMap<>();
        facts.put("content-type", parcel.file().mediaType());
        facts.put("x-amz-meta-sha256", parcel.file().sha256());
        return facts;
    }

    /** False when there is something of that name. */
    private boolean whole(Item item, Parcel parcel) throws IOException {
        Map<String, String> facts = facts(parcel);
        facts.put("if-none-match", "*");
        Ask.Body body = body(parcel, 0, parcel.file().size());
        return http.exchange(
                ask("PUT", uri(item, ""), facts, body, parcel.file().sha256()), answer -> stored(answer));
    }

    private static boolean stored(GuardedHttp.Answer answer) throws IOException {
        if (answer.status() != 200 && answer.status() != 412) {
            throw refused(answer);
        }
        return answer.status() == 200;
    }

    private boolean same(Item item, Parcel parcel) throws IOException {
        return http.exchange(
                ask("HEAD", uri(item, ""), Map.of(), null, EMPTY),
                answer -> answer.status() == 200
                        && parcel.file().sha256().equals(answer.headers().get("x-amz-meta-sha256"))
                        && String.valueOf(parcel.file().size())
                                .equals(answer.headers().get("content-length")));
    }

    private boolean parts(Item item, Parcel parcel) throws IOException {
        URI begin = uri(item, "uploads=");
        Ask.Body nothing = Ask.Body.of(new byte[0]);
        String upload = http.exchange(ask("POST", begin, facts(parcel), nothing, EMPTY), answer -> {
            if (answer.status() != 200) {
                throw refused(answer);
            }
            return SmallXml.read(answer).textOf("UploadId");
        });
        String query = "uploadId=" + S3Signer.encode(upload, false);
        try {
            StringBuilder done = new StringBuilder("<CompleteMultipartUpload>");
            long size = Math.max(part, (parcel.file().size() + 9_999) / 10_000);
            int number = 1;
            for (long from = 0; from < parcel.file().size(); from += size, number++) {
                long count = Math.min(size, parcel.file().size() - from);
                Ask.Body body = body(parcel, from, count);
                URI at = uri(item, "partNumber=" + number + "&" + query);
                String tag = http.exchange(ask("PUT", at, Map.of(), body, sum(body)), answer -> {
                    if (answer.status() != 200) {
                        throw refused(answer);
                    }
                    return answer.headers().getOrDefault("etag", "");
                });
                done.append("<Part><PartNumber>").append(number).append("</PartNumber><ETag>");
                done.append(tag.replace("\"", "&quot;").replace("<", "")).append("</ETag></Part>");
            }
            byte[] end = done.append("</CompleteMultipartUpload>").toString().getBytes(StandardCharsets.UTF_8);
            Map<String, String> facts = new TreeMap<>(Map.of("if-none-match", "*", "content-type", "application/xml"));
            boolean stored =
                    http.exchange(ask("POST", uri(item, query), facts, Ask.Body.of(end), Sha256.hex(end)), answer -> {
                        boolean good = stored(answer);
                        // An answer 200 may still tell of a failure.
                        if (good && SmallXml.read(answer).name().equals("Error")) {
                            throw new IOException("the place could not put the parts together");
                        }
                        return good;
                    });
            if (!stored) {
                abort(item, query);
            }
            return stored;
        } catch (IOException e) {
            abort(item, query);
            throw e;
        }
    }

    private void abort(Item item, String query) {
        try {
            http.exchange(ask("DELETE", uri(item, query), Map.of(), null, EMPTY), GuardedHttp.Answer::status);
        } catch (IOException e) {
            System.getLogger(S3Place.class.getName())
                    .log(System.Logger.Level.INFO, "parts remain at " + place.name() + ": " + e.getMessage());
        }
    }

    private static String sum(Ask.Body body) throws IOException {
        ByteSum sum = new ByteSum();
        body.writeTo(sum);
        return sum.hex();
    }

    static Ask.Body body(Parcel parcel, long from, long count) {
        return new Ask.Body() {
            @Override
            public long length() {
                return count;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                try (InputStream in = parcel.opener().open()) {
                    in.skipNBytes(from);
                    byte[] buffer = new byte[1 << 16];
                    long left = count;
                    while (left > 0) {
                        int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                        if (n < 0) {
                            throw new IOException("the result is not whole any more");
                        }
                        out.write(buffer, 0, n);
                        left -= n;
                    }
                }
            }
        };
    }
}
