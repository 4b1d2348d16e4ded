package org.planisphere.planner.staging.places;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.planisphere.foundation.http.Ask;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.planner.staging.Address;
import org.planisphere.planner.staging.Sink;
import org.planisphere.planner.staging.Transfer;
import org.planisphere.planner.staging.Unreachable;

/**
 * A web server to which one file is put at its very address, query included: for addresses that are a permission by
 * themselves, as presigned ones of S3, or where the session's caller has lent a token.
 */
public final class WebPlace implements Sink {
    private final Place place;
    private final GuardedHttp http;

    public WebPlace(Place place) {
        this.place = place;
        this.http = place.http(List.of());
    }

    @Override
    public boolean takes(Address address) {
        return address.scheme().equals(place.endpoint().getScheme())
                && address.uri().filter(place::holds).isPresent();
    }

    @Override
    public Optional<Unreachable> examine(Address address) {
        URI uri = address.uri().orElseThrow();
        if (uri.getRawUserInfo() != null || Place.astray(uri.getPath())) {
            return Optional.of(new Unreachable("the address", "it holds a name or password, or leads elsewhere"));
        }
        return uri.getPath().endsWith("/")
                ? Optional.of(new Unreachable(address.shown(), "one file can be put there, and no folder"))
                : Optional.empty();
    }

    @Override
    public void put(Address address, Parcel parcel, Transfer transfer) throws IOException {
        URI at = address.uri().orElseThrow();
        if (!parcel.name().isEmpty()) {
            throw new IOException("one file can be put there, and no folder");
        }
        Map<String, String> headers = new HashMap<>(transfer.headers().apply(at));
        headers.put("If-None-Match", "*");
        Ask ask = Ask.of("PUT", at)
                .with(asked -> headers)
                .with(S3Place.body(parcel, 0, parcel.file().size()));
        int answered = http.exchange(ask, GuardedHttp.Answer::status);
        if (answered == 412) {
            throw new IOException("there is something of that name already");
        }
        if (answered != 200 && answered != 201 && answered != 204) {
            throw new IOException("the place answered " + answered);
        }
        transfer.moved(parcel.file().size());
    }
}
