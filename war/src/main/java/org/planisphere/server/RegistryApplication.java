package org.planisphere.server;

import jakarta.ws.rs.ApplicationPath;

/** The registry's doors, at {@code /registry}; empty when {@code registry.enabled} is off. */
@ApplicationPath("registry")
public final class RegistryApplication extends Doors {
    public RegistryApplication() {
        super(Node::registryDoors);
    }
}
