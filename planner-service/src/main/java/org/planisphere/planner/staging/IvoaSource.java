package org.planisphere.planner.staging;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.planisphere.foundation.http.Ask;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.planner.task.Kind;

/**
 * Data as the Virtual Observatory describes it: a row of DataLink leads to its own address; a row of ObsCore to its
 * address, or to a DataLink document whose row {@code #this} does; an identifier alone to the DataLink service that the
 * operator named for its authority. The address at the end is fetched by whoever fetches such addresses on this platform.
 *
 * @see <a href="https://www.ivoa.net/documents/DataLink/20231215/">DataLink 1.1</a>
 */
final class IvoaSource implements Source {
    private static final Duration LOOK = Duration.ofSeconds(20);

    private final List<Source> others;
    private final GuardedHttp http;
    private final Map<String, URI> services;

    /**
     * @param others who fetch plain addresses
     * @param services DataLink services by the authority of the identifiers they know
     */
    IvoaSource(List<Source> others, GuardedHttp http, Map<String, URI> services) {
        this.others = List.copyOf(others);
        this.http = http;
        this.services = Map.copyOf(services);
    }

    @Override
    public Set<Kind> kinds() {
        return http.rules().hosts().isEmpty() ? Set.of() : Set.of(Kind.IVOA_DATA);
    }

    @Override
    public Set<String> schemes() {
        return Set.of();
    }

    @Override
    public boolean takes(Address address) {
        return address.scheme().equals("ivoa") && !kinds().isEmpty();
    }

    /**
     * Where it begins.
     *
     * @param document whether a DataLink document is there, rather than the data
     */
    private record Begin(Address at, boolean document) {}

    private Begin begin(Address address) throws IOException {
        String error = address.detail("ivoa", "datalink", "error_message");
        if (!error.isEmpty()) {
            throw new IOException("its DataLink row tells of an error");
        }
        String row = address.detail("ivoa", "datalink", "access_url");
        if (!row.isEmpty()) {
            return new Begin(plain(address, row), false);
        }
        String access = address.detail("ivoa", "obscore", "access_url");
        if (!access.isEmpty()) {
            String format = address.detail("ivoa", "obscore", "access_format").toLowerCase(Locale.ROOT);
            return new Begin(plain(address, access), format.replace(" ", "").contains("content=datalink"));
        }
        String id = id(address);
        URI service = services.get(authority(id));
        if (service == null) {
            throw new IOException(
                    id.isEmpty()
                            ? "it has neither an address nor an identifier"
                            : "no DataLink service is known here for the authority of its identifier");
        }
        String query = "ID=" + URLEncoder.encode(id, StandardCharsets.UTF_8) + "&RESPONSEFORMAT="
                + URLEncoder.encode("application/x-votable+xml;serialization=TABLEDATA", StandardCharsets.UTF_8);
        String separator = service.getRawQuery() == null ? "?" : "&";
        return new Begin(plain(address, service + separator + query), true);
    }

    private static Address plain(Address whole, String location) {
        Address plain = Address.of(location);
        return new Address(plain.scheme(), location, Map.of(), whole.checksum());
    }

    private static String id(Address address) {
        for (String[] path :
                new String[][] {{"ivoa", "datalink", "ID"}, {"ivoa", "obscore", "obs_publisher_did"}, {"ivoa", "ivoid"}
                }) {
            if (!address.detail(path).isEmpty()) {
                return address.detail(path);
            }
        }
        return "";
    }

    private static String authority(String id) {
        return Address.of(id)
                .uri()
                .map(URI::getRawAuthority)
                .map(text -> text.toLowerCase(Locale.ROOT))
                .orElse("");
    }

    private Source by(Address address) throws IOException {
        for (Source other : others) {
            if (other.takes(address)) {
                Optional<Unreachable> why = other.examine(address);
                if (why.isPresent()) {
                    throw new IOException(why.get().location() + ", to which it leads, cannot be read: "
                            + why.get().reason());
                }
                return other;
            }
        }
        throw new IOException(address.shown() + ", to which it leads, is no address that is read here");
    }

    @Override
    public Optional<Unreachable> examine(Address address) {
        try {
            Begin begin = begin(address);
            if (!begin.document()) {
                by(begin.at());
            } else if (begin.at().uri().filter(http.rules()::allows).isEmpty()) {
                throw new IOException("this platform does not read from the host of its DataLink document");
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(Unreachable.of(address, String.valueOf(e.getMessage())));
        }
    }

    /** The address of the data itself, and its size where a row says it. */
    private record Found(Address at, OptionalLong size) {}

    private Found resolve(Address address, Function<URI, Map<String, String>> headers) throws IOException {
        Begin begin = begin(address);
        if (!begin.document()) {
            String length = address.detail("ivoa", "datalink", "content_length");
            return new Found(begin.at(), size(length));
        }
        URI at = begin.at().uri().orElseThrow(() -> new IOException("its DataLink document has no address"));
        SmallXml document = http.exchange(Ask.get(at).with(headers).within(LOOK), answer -> {
            if (answer.status() != 200) {
                throw answer.status() == 404
                        ? new Gone("the DataLink service answered 404")
                        : new IOException("the DataLink service answered " + answer.status());
            }
            return SmallXml.read(answer);
        });
        String id = id(address);
        List<String> errors = new ArrayList<>();
        for (Map<String, String> row : VoTable.rows(document)) {
            boolean mine = id.isEmpty() || row.getOrDefault("ID", id).equals(id);
            if (!mine) {
                continue;
            }
            String url = row.getOrDefault("access_url", "").trim();
            if (!row.getOrDefault("error_message", "").isEmpty()) {
                errors.add(row.get("error_message"));
            } else if (row.getOrDefault("semantics", "").equals("#this")
                    && row.getOrDefault("service_def", "").isEmpty()
                    && !url.isEmpty()) {
                URI link = at.resolve(
                        Address.of(url).uri().orElseThrow(() -> new IOException("its DataLink row holds no address")));
                return new Found(plain(address, link.toString()), size(row.getOrDefault("content_length", "")));
            }
        }
        throw new Gone(
                errors.isEmpty()
                        ? "its DataLink document has no row #this for it"
                        : "its DataLink document says: " + cut(errors.get(0)));
    }

    private static String cut(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", " ");
        return plain.length() > 200 ? plain.substring(0, 200) + "…" : plain;
    }

    private static OptionalLong size(String text) {
        return text.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    @Override
    public OptionalLong measure(Address address) throws IOException {
        Found found = resolve(address, at -> Map.of());
        return found.size().isPresent() ? found.size() : by(found.at()).measure(found.at());
    }

    @Override
    public String whence(Address address) {
        try {
            return begin(address)
                    .at()
                    .uri()
                    .map(uri -> String.valueOf(uri.getRawAuthority()))
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public Staged fetch(Address address, Path target, Transfer transfer) throws IOException {
        Found found = resolve(address, transfer.headers());
        if (found.size().isPresent()) {
            transfer.foresee(found.size().getAsLong());
        }
        return by(found.at()).fetch(found.at(), target, transfer);
    }
}
