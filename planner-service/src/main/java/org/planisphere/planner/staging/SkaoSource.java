package org.planisphere.planner.staging;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.planisphere.planner.task.Kind;

/**
 * Data of the SKAO's data lake that names its replicas: the first that can be read here, then the next, each compared with
 * the checksum that stands beside them.
 */
final class SkaoSource implements Source {
    private final List<Source> others;

    /** @param others who fetch plain addresses */
    SkaoSource(List<Source> others) {
        this.others = List.copyOf(others);
    }

    @Override
    public Set<Kind> kinds() {
        return others.stream().allMatch(other -> other.kinds().isEmpty()) ? Set.of() : Set.of(Kind.SKAO_DATA);
    }

    @Override
    public Set<String> schemes() {
        return Set.of();
    }

    @Override
    public boolean takes(Address address) {
        return address.scheme().equals("skao") && !kinds().isEmpty();
    }

    private record Way(Address at, Source by) {}

    private List<Way> ways(Address address) {
        List<Way> ways = new ArrayList<>();
        if (address.details().get("skao") instanceof Map<?, ?> skao
                && skao.get("replicas") instanceof List<?> replicas) {
            for (Object replica : replicas) {
                if (!(replica instanceof Map<?, ?> facts)) {
                    continue;
                }
                Address plain = Address.of(String.valueOf(facts.get("dataurl")));
                Address at = new Address(plain.scheme(), plain.text(), Map.of(), address.checksum());
                others.stream()
                        .filter(other -> other.takes(at))
                        .findFirst()
                        .filter(other -> other.examine(at).isEmpty())
                        .ifPresent(other -> ways.add(new Way(at, other)));
            }
        }
        return ways;
    }

    @Override
    public Optional<Unreachable> examine(Address address) {
        if (!address.detail("skao", "checksum", "value").isEmpty()
                && address.checksum().isEmpty()) {
            return Optional.of(Unreachable.of(address, "its checksum is of a type that is not known here"));
        }
        return ways(address).isEmpty()
                ? Optional.of(Unreachable.of(address, "it names no replica at an address that this platform reads"))
                : Optional.empty();
    }

    @Override
    public OptionalLong measure(Address address) throws IOException {
        String size = address.detail("skao", "datasize");
        if (size.matches("[0-9]{1,18}")) {
            return OptionalLong.of(Long.parseLong(size));
        }
        Way way = ways(address).get(0);
        return way.by().measure(way.at());
    }

    @Override
    public String whence(Address address) {
        List<Way> ways = ways(address);
        return ways.isEmpty() ? "" : ways.get(0).by().whence(ways.get(0).at());
    }

    @Override
    public Staged fetch(Address address, Path target, Transfer transfer) throws IOException {
        IOException last = null;
        for (Way way : ways(address)) {
            try {
                return way.by().fetch(way.at(), target, transfer);
            } catch (Transfer.TooLarge e) {
                throw e;
            } catch (IOException e) {
                transfer.tell("The replica at " + way.at().shown() + " cannot be had: " + e.getMessage());
                WorkFolder.delete(target);
                last = e;
            }
        }
        throw last == null ? new IOException("it names no replica that can be read") : last;
    }
}
