package org.planisphere.planner.staging.places;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.planisphere.foundation.http.Ask;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.planner.staging.Address;
import org.planisphere.planner.staging.Checksum;
import org.planisphere.planner.staging.Downloads;
import org.planisphere.planner.staging.Fetching;
import org.planisphere.planner.staging.Intake;
import org.planisphere.planner.staging.JsonFile;
import org.planisphere.planner.staging.Source;
import org.planisphere.planner.staging.Staged;
import org.planisphere.planner.staging.Transfer;
import org.planisphere.planner.staging.Unreachable;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.task.Kind;

/**
 * What a Rucio server knows by scope and name: it is asked for the replicas, and each file is fetched from the first of
 * them that can be had, by HTTP from a host that the operator named, and compared with the checksum that Rucio has of it. A
 * dataset or container is a folder. Data of the SKAO that name no replicas are asked for by namespace and name.
 *
 * @see <a href="https://rucio.github.io/documentation/html/rest_api_doc.html">Rucio's REST interface</a>, /replicas/list
 */
public final class RucioPlace implements Source {
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final int MOST = 32 << 20;
    private static final int MOST_FILES = 10_000;

    private final Place place;
    private final Vault vault;
    private final GuardedHttp http;
    private final Downloads downloads;

    public RucioPlace(Place place, Vault vault, Fetching fetching) {
        this.place = place;
        this.vault = vault;
        this.http = place.http(List.of());
        this.downloads = new Downloads(http, fetching);
    }

    @Override
    public Set<Kind> kinds() {
        return Set.of(Kind.RUCIO_DATA, Kind.SKAO_DATA);
    }

    @Override
    public Set<String> schemes() {
        return Set.of();
    }

    @Override
    public boolean takes(Address address) {
        if (address.scheme().equals("skao")) {
            boolean named = address.details().get("skao") instanceof Map<?, ?> skao
                    && skao.get("replicas") instanceof List<?> replicas
                    && !replicas.isEmpty();
            return !named && !address.detail("skao", "objectname").isEmpty();
        }
        String endpoint = address.detail("rucio", "endpoint");
        return address.scheme().equals("rucio")
                && (endpoint.isEmpty()
                        || Place.folder(endpoint)
                                .equalsIgnoreCase(Place.folder(place.endpoint().toString())));
    }

    private static String scope(Address address) {
        return address.scheme().equals("skao") ? address.detail("skao", "namespace") : address.detail("rucio", "scope");
    }

    private static String name(Address address) {
        return address.scheme().equals("skao")
                ? address.detail("skao", "objectname")
                : address.detail("rucio", "object");
    }

    /** Whether it is a folder of files: told by its type, and else by there being more than one of them. */
    private static boolean folder(Address address) {
        String type = address.scheme().equals("skao")
                ? address.detail("skao", "objecttype")
                : address.detail("rucio", "type");
        return type.equals("DATASET") || type.equals("CONTAINER");
    }

    @Override
    public Optional<Unreachable> examine(Address address) {
        return scope(address).isEmpty() || name(address).isEmpty()
                ? Optional.of(new Unreachable(address.shown(), "it names no scope and object"))
                : Optional.empty();
    }

    @Override
    public String whence(Address address) {
        return Place.host(place.endpoint());
    }

    /** One file of a look-up; its replicas as Rucio ranks them. */
    private record Found(String name, OptionalLong size, Optional<Checksum> sum, List<URI> replicas) {}

    private Map<String, String> headers(URI at) throws IOException {
        String name = place.credentials();
        if (name == null) {
            return Map.of();
        }
        if (place.holds(at)) {
            return Map.of("X-Rucio-Auth-Token", vault.get(name, "token"));
        }
        // Storage has a token of its own, where it wants one: Rucio's is shown to nobody else.
        return vault.find(name, "storage")
                .map(token -> Map.of("Authorization", "Bearer " + token))
                .orElse(Map.of());
    }

    private List<Found> look(Address address) throws IOException {
        URI at = URI.create(place.endpoint().toString().replaceAll("/+$", "") + "/replicas/list");
        byte[] question = JsonFile.line(Map.of(
                        "dids",
                        List.of(Map.of("scope", scope(address), "name", name(address))),
                        "schemes",
                        List.of("https", "davs", "http")))
                .getBytes(StandardCharsets.UTF_8);
        Map<String, String> headers = new HashMap<>(headers(at));
        headers.put("Content-Type", "application/json");
        headers.put("Accept", "application/x-json-stream");
        String answer = http.exchange(
                Ask.of("POST", at)
                        .with(asked -> headers)
                        .with(Ask.Body.of(question))
                        .within(LOOK),
                told -> {
                    if (told.status() == 404) {
                        throw new Gone("Rucio answered 404: there is no such object");
                    }
                    if (told.status() != 200) {
                        throw new IOException("Rucio answered " + told.status());
                    }
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    told.body(MOST, bytes);
                    return bytes.toString(StandardCharsets.UTF_8);
                });
        List<Found> found = new ArrayList<>();
        for (String line : answer.split("\n")) {
            if (!line.isBlank()) {
                found.add(found(line));
            }
            if (found.size() > MOST_FILES) {
                throw new IOException("there are more than " + MOST_FILES + " files");
            }
        }
        if (found.isEmpty()) {
            throw new Gone("Rucio knows no files of it");
        }
        return found;
    }

    private Found found(String line) throws IOException {
        Map<String, Object> row;
        try {
            row = JsonFile.parse(line);
        } catch (JsonProcessingException e) {
            throw new IOException("Rucio does not answer in JSON", e);
        }
        List<Map.Entry<String, Double>> ranked = new ArrayList<>();
        if (row.get("pfns") instanceof Map<?, ?> replicas) {
            replicas.forEach((address, facts) -> ranked.add(Map.entry(
                    String.valueOf(address),
                    facts instanceof Map<?, ?> map && map.get("priority") instanceof Number priority
                            ? priority.doubleValue()
                            : Double.MAX_VALUE)));
        }
        ranked.sort(Map.Entry.comparingByValue(Comparator.naturalOrder()));
        List<URI> addresses = new ArrayList<>();
        for (Map.Entry<String, Double> one : ranked) {
            Address.of(one.getKey().replaceFirst("^davs://", "https://").replaceFirst("^dav://", "http://"))
                    .uri()
                    .filter(uri -> uri.getRawUserInfo() == null && http.rules().allows(uri))
                    .ifPresent(addresses::add);
        }
        String size = String.valueOf(row.get("bytes"));
        Optional<Checksum> sum = Checksum.of("md5", String.valueOf(row.get("md5")));
        return new Found(
                Place.below(String.valueOf(row.get("name"))),
                size.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(size)) : OptionalLong.empty(),
                sum.isPresent() ? sum : Checksum.of("adler32", String.valueOf(row.get("adler32"))),
                addresses);
    }

    @Override
    public OptionalLong measure(Address address) throws IOException {
        long all = 0;
        for (Found one : look(address)) {
            if (one.size().isEmpty()) {
                return OptionalLong.empty();
            }
            all += one.size().getAsLong();
        }
        return OptionalLong.of(all);
    }

    @Override
    public Staged fetch(Address address, Path target, Transfer transfer) throws IOException {
        List<Found> files = look(address);
        if (files.size() == 1 && !folder(address)) {
            return one(files.get(0), target, transfer, address.checksum());
        }
        if (address.checksum().isPresent()) {
            throw new IOException("it is a folder, which has no checksum");
        }
        long known = 0;
        for (Found file : files) {
            known += file.size().orElse(0);
        }
        transfer.foresee(known);
        Files.createDirectories(target);
        long total = 0;
        for (Found file : files) {
            Path to = target.resolve(file.name());
            Files.createDirectories(to.getParent());
            total += one(file, to, transfer, Optional.empty()).size();
        }
        return new Staged(total, "");
    }

    private Staged one(Found file, Path target, Transfer transfer, Optional<Checksum> also) throws IOException {
        IOException last = null;
        for (URI at : file.replicas()) {
            try (Intake intake = new Intake(target, transfer, file.name(), file.sum())) {
                intake.expect(also);
                Map<String, String> headers = headers(at);
                // What a replica redirects to is another host's affair, to which nothing is shown.
                return downloads.fetch(at, asked -> sameHost(asked, at) ? headers : Map.of(), intake, target, transfer);
            } catch (Transfer.TooLarge e) {
                throw e;
            } catch (IOException e) {
                transfer.tell("The replica at " + Place.host(at) + " cannot be had: " + e.getMessage());
                WorkFolder.delete(target);
                last = e;
            }
        }
        throw last == null ? new IOException("no replica of it is at a host that this place may read from") : last;
    }

    private static boolean sameHost(URI one, URI other) {
        return Place.host(one).equalsIgnoreCase(Place.host(other))
                && String.valueOf(one.getScheme()).equals(other.getScheme());
    }
}
