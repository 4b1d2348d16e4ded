package org.planisphere.server;

import java.util.Map;

/** How the server's JAX-RS runtime is told to stay out of the way. */
final class Jersey {
    static final Map<String, Object> PROPERTIES = Map.of(
            "jersey.config.server.jsonFeature",
            "JacksonFeature",
            "jersey.config.jsonFeature",
            "JacksonFeature",
            "jersey.config.server.wadl.disableWadl",
            true,
            "jersey.config.server.response.setStatusOverSendError",
            true,
            "jersey.config.disableMoxyJson",
            true);

    private Jersey() {}
}
