package org.planisphere.registry.publish;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.foundation.http.HttpRules;

/** The network, as far as the registry needs it. Implementations are thread safe. */
@FunctionalInterface
public interface Web {
    /**
     * What an address gives; blocks.
     *
     * @param most bytes; one more is a failure
     * @throws IOException when it is not allowed, does not answer 200, is too large or takes too long; the message may be
     *     shown to who named the address
     */
    byte[] get(URI address, int most) throws IOException;

    /**
     * The network behind the operator's rules.
     *
     * @param allowed hosts, as the setting {@code registry.http.allow} has them
     * @param time for one request
     * @throws IllegalArgumentException naming the entry that is no host
     */
    static Web guarded(List<String> allowed, Duration time) {
        GuardedHttp http = new GuardedHttp(HttpRules.of(allowed, 64L << 20, time));
        return (address, most) -> {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            http.get(address, Map.of("Accept", "application/xml, text/xml;q=0.9, */*;q=0.1"), most, out);
            return out.toByteArray();
        };
    }
}
