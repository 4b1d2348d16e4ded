package org.planisphere.planner.staging.places;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
 * Nodes of one VOSpace: a transfer is agreed on with the space, then done with the server it names. That server must be the
 * space's own host, or one of those that the operator named besides.
 *
 * @see <a href="https://www.ivoa.net/documents/VOSpace/20180620/">VOSpace 2.1</a>, 3.6 synchronous transfers
 */
public final class VoSpacePlace implements Source, Sink {
    private static final String CORE = "ivo://ivoa.net/vospace/core#";
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final int HOPS = 5;

    private final Place place;
    private final Vault vault;
    private final String authority;
    private final GuardedHttp http;
    private final Downloads downloads;

    /** @param authority the space's, as in {@code vos://authority~service/node} */
    public VoSpacePlace(Place place, Vault vault, String authority, Fetching fetching) {
        this.place = place;
        this.vault = vault;
        this.authority = authority.replace('!', '~').toLowerCase(Locale.ROOT);
        this.http = place.http(List.of());
        this.downloads = new Downloads(http, fetching);
    }

    @Override
    public Set<Kind> kinds() {
        return Set.of(Kind.SIMPLE_DATA);
    }

    @Override
    public Set<String> schemes() {
        return Set.of("vos");
    }

    @Override
    public boolean takes(Address address) {
        return address.scheme().equals("vos")
                && address.uri()
                        .map(URI::getRawAuthority)
                        .filter(named ->
                                named.replace('!', '~').toLowerCase(Locale.ROOT).equals(authority))
                        .isPresent();
    }

    @Override
    public Optional<Unreachable> examine(Address address) {
        URI uri = address.uri().orElseThrow();
        return uri.getPath() == null || uri.getPath().length() < 2 || Place.astray(uri.getPath())
                ? Optional.of(new Unreachable(address.shown(), "it names no node of the space"))
                : Optional.empty();
    }

    @Override
    public String whence(Address address) {
        return Place.host(place.endpoint());
    }

    /** The space's own credentials, or else those that the session's caller has lent. Only for the space itself. */
    private Map<String, String> headers(URI at, Transfer transfer) throws IOException {
        String name = place.credentials();
        if (name == null) {
            return transfer.headers().apply(at);
        }
        if (!place.holds(at)) {
            return Map.of();
        }
        Optional<String> token = vault.find(name, "token");
        if (token.isPresent()) {
            return Map.of("Authorization", "Bearer " + token.get());
        }
        String pair = vault.get(name, "user") + ":" + vault.get(name, "password");
        byte[] bytes = pair.getBytes(StandardCharsets.UTF_8);
        return Map.of("Authorization", "Basic " + Base64.getEncoder().encodeToString(bytes));
    }

    private URI service(String path) {
        return URI.create(place.endpoint().toString().replaceAll("/+$", "") + path);
    }

    private static IOException refused(GuardedHttp.Answer answer) {
        return answer.status() == 404
                ? new Gone("the space answered 404")
                : new IOException("the space answered " + answer.status());
    }

    // Agreeing on a transfer ----------------------------------------------------------------------------------------

    /** Where the space says that the node's bytes are read, or written: those of its answers that can be used here. */
    private List<URI> agree(URI node, boolean reading, Transfer transfer) throws IOException {
        String direction = reading ? "pullFromVoSpace" : "pushToVoSpace";
        String verb = reading ? "httpget" : "httpput";
        String document =
                "<vos:transfer xmlns:vos=\"http://www.ivoa.net/xml/VOSpace/v2.0\" version=\"2.1\"><vos:target>"
                        + escaped(node.toString()) + "</vos:target><vos:direction>" + direction + "</vos:direction>"
                        + "<vos:protocol uri=\"" + CORE + verb.replace("http", "https") + "\"/>"
                        + "<vos:protocol uri=\"" + CORE + verb + "\"/></vos:transfer>";
        URI at = service("/synctrans");
        Map<String, String> headers = new HashMap<>(headers(at, transfer));
        headers.put("Content-Type", "text/xml");
        Ask ask =
                Ask.of("POST", at).with(asked -> headers).with(Ask.Body.of(document.getBytes(StandardCharsets.UTF_8)));
        for (int hop = 0; hop < HOPS; hop++) {
            Object answered = http.exchange(ask, this::answered);
            if (!(answered instanceof URI next)) {
                return endpoints((SmallXml) answered, verb);
            }
            URI to = at.resolve(next);
            Map<String, String> again = headers(to, transfer);
            ask = Ask.of("GET", to).with(asked -> again);
            at = to;
        }
        throw new IOException("the space redirects more than " + HOPS + " times");
    }

    /** The transfer's details, or where they are. */
    private Object answered(GuardedHttp.Answer answer) throws IOException {
        if (answer.status() == 200) {
            return SmallXml.read(answer);
        }
        String location = answer.headers().get("location");
        if (location == null || answer.status() < 301 || answer.status() > 308) {
            throw refused(answer);
        }
        try {
            return new URI(location);
        } catch (URISyntaxException e) {
            throw new IOException("the space redirects to what is no address", e);
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }

    private List<URI> endpoints(SmallXml details, String verb) throws IOException {
        List<URI> found = new ArrayList<>();
        for (SmallXml protocol : details.all("protocol")) {
            String is = protocol.attribute("uri");
            boolean open = protocol.find("securityMethod").isEmpty()
                    || protocol.find("securityMethod")
                            .filter(method -> method.attribute("uri")
                                    .toLowerCase(Locale.ROOT)
                                    .contains("anon"))
                            .isPresent();
            if (!is.equals(CORE + verb) && !is.equals(CORE + verb.replace("http", "https")) || !open) {
                continue;
            }
            for (SmallXml endpoint : protocol.all("endpoint")) {
                try {
                    URI at = new URI(endpoint.text());
                    if (http.rules().allows(at)) {
                        found.add(at);
                    }
                } catch (URISyntaxException e) {
                    // Another one may be better.
                }
            }
        }
        if (found.isEmpty()) {
            // The space answers a transfer that it cannot do without protocols.
            throw new Gone("the space offers no way to it that may be used here");
        }
        return found;
    }

    // Fetch -----------------------------------------------------------------------------------------------------------

    @Override
    public OptionalLong measure(Address address) throws IOException {
        return length(address, new Transfer(0, asked -> Map.of(), said -> {}));
    }

    private OptionalLong length(Address address, Transfer transfer) throws IOException {
        URI node = address.uri().orElseThrow();
        URI at = service("/nodes" + node.getRawPath() + "?detail=max");
        Map<String, String> headers = headers(at, transfer);
        return http.exchange(Ask.of("GET", at).with(asked -> headers).within(LOOK), answer -> {
            if (answer.status() != 200) {
                throw refused(answer);
            }
            for (SmallXml property : SmallXml.read(answer).all("property")) {
                if (property.attribute("uri").equals(CORE + "length")
                        && property.text().matches("[0-9]{1,18}")) {
                    return OptionalLong.of(Long.parseLong(property.text()));
                }
            }
            return OptionalLong.empty();
        });
    }

    @Override
    public Staged fetch(Address address, Path target, Transfer transfer) throws IOException {
        List<URI> ways = agree(address.uri().orElseThrow(), true, transfer);
        try (Intake intake = new Intake(target, transfer, address.shown(), address.checksum())) {
            IOException last = null;
            for (URI way : ways) {
                try {
                    Map<String, String> headers = headers(way, transfer);
                    return downloads.fetch(
                            way, asked -> asked.equals(way) ? headers : Map.of(), intake, target, transfer);
                } catch (Transfer.TooLarge e) {
                    throw e;
                } catch (IOException e) {
                    last = e;
                }
            }
            throw last == null ? new IOException("the space names no way") : last;
        }
    }

    // Put -------------------------------------------------------------------------------------------------------------

    @Override
    public void put(Address address, Parcel parcel, Transfer transfer) throws IOException {
        URI uri = address.uri().orElseThrow();
        String path = uri.getRawPath();
        if (!parcel.name().isEmpty()) {
            path = Place.folder(path) + S3Signer.encode(parcel.name(), true);
        }
        URI node = URI.create("vos://" + uri.getRawAuthority() + path);
        if (Place.astray(node.getPath()) || path.endsWith("/")) {
            throw new IOException("nothing may be put there");
        }
        if (there(node, transfer)) {
            if (!parcel.file().sha256().equals(content(node, parcel.file().size(), transfer))) {
                throw new IOException("there is something else of that name already");
            }
            return;
        }
        folders(node, transfer);
        IOException last = null;
        for (URI way : agree(node, false, transfer)) {
            Map<String, String> headers = new HashMap<>(headers(way, transfer));
            headers.put("Content-Type", parcel.file().mediaType());
            Ask ask = Ask.of("PUT", way)
                    .with(asked -> headers)
                    .with(S3Place.body(parcel, 0, parcel.file().size()));
            int answered = http.exchange(ask, GuardedHttp.Answer::status);
            if (answered == 200 || answered == 201 || answered == 204) {
                OptionalLong has = length(Address.of(node.toString()), transfer);
                if (has.isPresent() && has.getAsLong() != parcel.file().size()) {
                    throw new IOException("the space has kept " + has.getAsLong() + " of "
                            + parcel.file().size() + " bytes");
                }
                transfer.moved(parcel.file().size());
                return;
            }
            last = new IOException("the space's server answered " + answered);
        }
        throw last == null ? new IOException("the space names no way") : last;
    }

    private boolean there(URI node, Transfer transfer) throws IOException {
        URI at = service("/nodes" + node.getRawPath() + "?detail=min");
        Map<String, String> headers = headers(at, transfer);
        int status = http.exchange(Ask.of("GET", at).with(asked -> headers), GuardedHttp.Answer::status);
        if (status != 200 && status != 404) {
            throw new IOException("the space answered " + status);
        }
        return status == 200;
    }

    private String content(URI node, long size, Transfer transfer) throws IOException {
        URI way = agree(node, true, transfer).get(0);
        Map<String, String> headers = headers(way, transfer);
        ByteSum sum = new ByteSum();
        return http.exchange(Ask.get(way).with(asked -> asked.equals(way) ? headers : Map.of()), answer -> {
            if (answer.status() != 200) {
                throw refused(answer);
            }
            try {
                return answer.body(size, sum) == size ? sum.hex() : "";
            } catch (IOException e) {
                return "";
            }
        });
    }

    /** Makes the container nodes above it that are not there yet. */
    private void folders(URI node, Transfer transfer) throws IOException {
        String[] parts = node.getRawPath().substring(1).split("/");
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < parts.length - 1; i++) {
            path.append('/').append(parts[i]);
            URI folder = URI.create("vos://" + node.getRawAuthority() + path);
            if (there(folder, transfer)) {
                continue;
            }
            String document = "<vos:node xmlns:vos=\"http://www.ivoa.net/xml/VOSpace/v2.0\""
                    + " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"vos:ContainerNode\" uri=\""
                    + escaped(folder.toString()) + "\" version=\"2.1\"><vos:properties/><vos:nodes/></vos:node>";
            URI at = service("/nodes" + path);
            Map<String, String> headers = new HashMap<>(headers(at, transfer));
            headers.put("Content-Type", "text/xml");
            Ask ask = Ask.of("PUT", at)
                    .with(asked -> headers)
                    .with(Ask.Body.of(document.getBytes(StandardCharsets.UTF_8)));
            int made = http.exchange(ask, GuardedHttp.Answer::status);
            if (made != 200 && made != 201 && made != 409) {
                throw new IOException("the space answered " + made + " to a new folder");
            }
        }
    }
}
