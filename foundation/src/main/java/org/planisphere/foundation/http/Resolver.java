package org.planisphere.foundation.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Addresses of a host. */
public interface Resolver {
    /** The system's. */
    Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    /** @throws UnknownHostException when there are none */
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
