package org.planisphere.server;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.planisphere.foundation.rest.AnyProblemMapper;
import org.planisphere.foundation.rest.WireReader;
import org.planisphere.foundation.rest.WireWriter;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;

/** The registry's doors, at {@code /registry}; empty when {@code registry.enabled} is off. */
@ApplicationPath("registry")
public final class RegistryApplication extends Application {
    @Override
    public Set<Class<?>> getClasses() {
        Set<Class<?>> classes = new LinkedHashSet<>();
        classes.add(AnyProblemMapper.class);
        classes.add(WireReader.class);
        classes.add(WireWriter.class);
        if (Settings.ofThisProcess().get(Keys.REGISTRY_ENABLED)) {
            classes.add(NodeResource.class);
        }
        return classes;
    }

    @Override
    public Map<String, Object> getProperties() {
        return Jersey.PROPERTIES;
    }
}
