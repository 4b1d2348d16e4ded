package org.planisphere.planner.staging.places;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.http.Ask;
import org.planisphere.foundation.http.GuardedHttp;
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
 * What lies below an address of a WebDAV server (RFC 4918): a file, or, where the address ends with a slash, a folder with
 * all that is in it. Files are put under another name first and then moved, so that none is there in part and none is
 * replaced.
 */
public final class WebDavPlace implements Source, Sink {
    private static final int MOST_FILES = 10_000;
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final byte[] PROPERTIES = ("<?xml version=\"1.0\"?><propfind xmlns=\"DAV:\"><prop><resourcetype/>"
                    + "<getcontentlength/></prop></propfind>")
            .getBytes(StandardCharsets.UTF_8);

    private final Place place;
    private final Vault vault;
    private final GuardedHttp http;
    private final Downloads downloads;

    public WebDavPlace(Place place, Vault vault, Fetching fetching) {
        this.place = place;
        this.vault = vault;
        this.http = place.http(List.of());
        this.downloads = new Downloads(http, fetching);
    }

    @Override
    public Set<Kind> kinds() {
        return Set.of(Kind.SIMPLE_DATA);
    }

    @Override
    public Set<String> schemes() {
        return place.endpoint().getScheme().equals("https") ? Set.of("https", "davs") : Set.of("http", "dav");
    }

    @Override
    public boolean takes(Address address) {
        return schemes().contains(address.scheme())
                && address.uri().filter(place::holds).isPresent();
    }

    @Override
    public Optional<Unreachable> examine(Address address) {
        return Place.against(address);
    }

    @Override
    public String whence(Address address) {
        return Place.host(place.endpoint());
    }

    private URI http(Address address) {
        URI uri = address.uri().orElseThrow();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return URI.create(base() + uri.getRawPath() + query);
    }

    private String base() {
        return place.endpoint().getScheme() + "://" + Place.host(place.endpoint());
    }

    /** The place's own credentials, or else those that the session's caller has lent. */
    private Map<String, String> headers(URI at, Transfer transfer) throws IOException {
        String name = place.credentials();
        if (name == null) {
            return transfer.headers().apply(at);
        }
        return place.holds(at) ? credentials(name) : Map.of();
    }

    private Map<String, String> credentials(String name) throws IOException {
        Optional<String> token = vault.find(name, "token");
        if (token.isPresent()) {
            return Map.of("Authorization", "Bearer " + token.get());
        }
        String pair = vault.get(name, "user") + ":" + vault.get(name, "password");
        return Map.of(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    private static IOException refused(GuardedHttp.Answer answer) {
        return answer.status() == 404
                ? new Gone("the place answered 404")
                : new IOException("the place answered " + answer.status());
    }

    // Fetch -----------------------------------------------------------------------------------------------------------

    private record Found(URI at, String name, long size) {}

    /** All files below a folder; folders are asked for one by one, since not every server answers for all at once. */
    private List<Found> list(URI folder, Transfer transfer) throws IOException {
        List<Found> files = new ArrayList<>();
        List<URI> open = new ArrayList<>(List.of(folder));
        Set<URI> seen = new HashSet<>(open);
        while (!open.isEmpty()) {
            URI at = open.remove(open.size() - 1);
            Map<String, String> headers = new HashMap<>(headers(at, transfer));
            headers.put("Depth", "1");
            headers.put("Content-Type", "application/xml");
            SmallXml answer = http.exchange(
                    Ask.of("PROPFIND", at)
                            .with(asked -> headers)
                            .with(Ask.Body.of(PROPERTIES))
                            .within(LOOK),
                    found -> {
                        if (found.status() != 207) {
                            throw refused(found);
                        }
                        return SmallXml.read(found);
                    });
            for (SmallXml one : answer.all("response")) {
                URI is = at.resolve(one.textOf("href").replace(" ", "%20"));
                String path = is.getPath() == null ? "" : is.getPath();
                if (!path.startsWith(folder.getPath()) || !place.holds(is)) {
                    throw new IOException("the place lists something that it was not asked for");
                }
                boolean inner = one.find("collection").isPresent();
                String name = path.substring(folder.getPath().length());
                if (inner && !name.isEmpty()) {
                    Place.below(name.replaceAll("/$", ""));
                    URI next = URI.create(base() + Place.folder(is.getRawPath()));
                    if (seen.add(next)) {
                        open.add(next);
                    }
                } else if (!inner) {
                    String size = one.textOf("getcontentlength");
                    files.add(new Found(
                            URI.create(base() + is.getRawPath()),
                            Place.below(name),
                            size.matches("[0-9]{1,18}") ? Long.parseLong(size) : 0));
                }
                if (files.size() > MOST_FILES || seen.size() > MOST_FILES) {
                    throw new IOException("there are more than " + MOST_FILES + " files");
                }
            }
        }
        return files;
    }

    @Override
    public OptionalLong measure(Address address) throws IOException {
        URI at = http(address);
        Transfer nobody = new Transfer(0, asked -> Map.of(), said -> {});
        if (at.getPath().endsWith("/")) {
            return OptionalLong.of(
                    list(at, nobody).stream().mapToLong(Found::size).sum());
        }
        Map<String, String> headers = headers(at, nobody);
        return downloads.measure(at, asked -> place.holds(asked) ? headers : Map.of());
    }

    @Override
    public Staged fetch(Address address, Path target, Transfer transfer) throws IOException {
        URI at = http(address);
        if (!at.getPath().endsWith("/")) {
            return one(at, target, transfer, address);
        }
        if (address.checksum().isPresent()) {
            throw new IOException("it is a folder, which has no checksum");
        }
        List<Found> all = list(at, transfer);
        transfer.foresee(all.stream().mapToLong(Found::size).sum());
        Files.createDirectories(target);
        long total = 0;
        for (Found file : all) {
            Path to = target.resolve(file.name());
            Files.createDirectories(to.getParent());
            total += one(file.at(), to, transfer, Address.of(file.at().toString()))
                    .size();
        }
        return new Staged(total, "");
    }

    private Staged one(URI at, Path target, Transfer transfer, Address address) throws IOException {
        Map<String, String> headers = headers(at, transfer);
        try (Intake intake = new Intake(target, transfer, address.shown(), address.checksum())) {
            return downloads.fetch(at, asked -> place.holds(asked) ? headers : Map.of(), intake, target, transfer);
        }
    }

    // Put -------------------------------------------------------------------------------------------------------------

    @Override
    public void put(Address address, Parcel parcel, Transfer transfer) throws IOException {
        URI at = http(address);
        String path = at.getRawPath();
        if (!parcel.name().isEmpty()) {
            path = Place.folder(path) + S3Signer.encode(parcel.name(), true);
        }
        URI to = URI.create(base() + path);
        if (!place.holds(to) || Place.astray(to.getPath()) || path.endsWith("/")) {
            throw new IOException("nothing may be put there");
        }
        folders(to, transfer);
        URI draft = to.resolve(".planisphere-" + UUID.randomUUID());
        int put = send("PUT", draft, Map.of("Content-Type", parcel.file().mediaType()), parcel, transfer);
        if (put != 200 && put != 201 && put != 204) {
            throw new IOException("the place answered " + put);
        }
        int moved = send("MOVE", draft, Map.of("Destination", to.toString(), "Overwrite", "F"), null, transfer);
        if (moved != 201 && moved != 204) {
            send("DELETE", draft, Map.of(), null, transfer);
        }
        if (moved == 412) {
            if (!parcel.file().sha256().equals(content(to, parcel.file().size(), transfer))) {
                throw new IOException("there is something else of that name already");
            }
            return;
        }
        if (moved != 201 && moved != 204) {
            throw new IOException("the place answered " + moved);
        }
        transfer.moved(parcel.file().size());
        Map<String, String> headers = headers(to, transfer);
        OptionalLong there = downloads.measure(to, asked -> headers);
        if (there.isPresent() && there.getAsLong() != parcel.file().size()) {
            throw new IOException("the place has kept " + there.getAsLong() + " of "
                    + parcel.file().size() + " bytes");
        }
    }

    /** Makes the folders above it, from the endpoint on, that are not there yet. */
    private void folders(URI to, Transfer transfer) throws IOException {
        String base =
                (place.endpoint().getRawPath() == null ? "" : place.endpoint().getRawPath()).replaceAll("/+$", "");
        String[] parts = to.getRawPath().substring(base.length() + 1).split("/");
        StringBuilder at = new StringBuilder(base()).append(base).append('/');
        for (int i = 0; i < parts.length - 1; i++) {
            at.append(parts[i]).append('/');
            int made = send("MKCOL", URI.create(at.toString()), Map.of(), null, transfer);
            if (made != 201 && made != 405 && made != 301) {
                throw new IOException("the place answered " + made + " to a new folder");
            }
        }
    }

    private int send(String method, URI at, Map<String, String> given, @Nullable Parcel parcel, Transfer transfer)
            throws IOException {
        Map<String, String> headers = new HashMap<>(headers(at, transfer));
        headers.putAll(given);
        Ask ask = Ask.of(method, at).with(asked -> headers);
        return http.exchange(
                parcel == null
                        ? ask
                        : ask.with(S3Place.body(parcel, 0, parcel.file().size())),
                GuardedHttp.Answer::status);
    }

    /** SHA-256 of what is there; empty when it is not of that size. */
    private String content(URI at, long size, Transfer transfer) throws IOException {
        Map<String, String> headers = headers(at, transfer);
        ByteSum sum = new ByteSum();
        return http.exchange(Ask.of("GET", at).with(asked -> headers), answer -> {
            if (answer.status() != 200
                    || !String.valueOf(size).equals(answer.headers().get("content-length"))) {
                return "";
            }
            answer.body(size, sum);
            return sum.hex();
        });
    }
}
