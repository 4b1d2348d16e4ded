package org.planisphere.planner.staging;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.planner.task.Kind;

/** {@code http} and {@code https} where the operator allowed the host. */
final class HttpSource implements Source {
    private final Downloads downloads;
    private final GuardedHttp http;

    HttpSource(GuardedHttp http, Depot depot) {
        this.http = http;
        this.downloads = new Downloads(http, depot.fetching());
    }

    @Override
    public Set<Kind> kinds() {
        return http.rules().hosts().isEmpty() ? Set.of() : Set.of(Kind.SIMPLE_DATA);
    }

    @Override
    public Set<String> schemes() {
        return http.rules().hosts().isEmpty() ? Set.of() : Set.of("http", "https");
    }

    @Override
    public boolean takes(Address address) {
        return schemes().contains(address.scheme());
    }

    @Override
    public Optional<Unreachable> examine(Address address) {
        return address.uri()
                .map(uri -> {
                    if (uri.getUserInfo() != null) {
                        return Optional.of(new Unreachable("the address", "it holds a name or password"));
                    }
                    return http.rules().allows(uri)
                            ? Optional.<Unreachable>empty()
                            : Optional.of(Unreachable.of(address, "this platform does not read from that host"));
                })
                .orElseGet(() -> Optional.of(Unreachable.of(address, "it is not a URL")));
    }

    @Override
    public OptionalLong measure(Address address) throws IOException {
        return downloads.measure(address.uri().orElseThrow());
    }

    @Override
    public String whence(Address address) {
        return address.uri().map(uri -> String.valueOf(uri.getRawAuthority())).orElse("");
    }

    @Override
    public Staged fetch(Address address, Path target, Transfer transfer) throws IOException {
        try (Intake intake = new Intake(target, transfer, address.shown(), address.checksum())) {
            return downloads.fetch(address.uri().orElseThrow(), transfer.headers(), intake, target, transfer);
        }
    }
}
