package org.planisphere.server;

import jakarta.enterprise.inject.spi.CDI;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.planisphere.foundation.rest.AnyProblemMapper;
import org.planisphere.foundation.rest.WireReader;
import org.planisphere.foundation.rest.WireWriter;

/** The registry's doors, at {@code /registry}; empty when {@code registry.enabled} is off. */
@ApplicationPath("registry")
public final class RegistryApplication extends Application {
    @Override
    public Set<Class<?>> getClasses() {
        Set<Class<?>> classes = new LinkedHashSet<>();
        classes.add(AnyProblemMapper.class);
        classes.add(WireReader.class);
        classes.add(WireWriter.class);
        return classes;
    }

    @Override
    public Set<Object> getSingletons() {
        Node node = CDI.current().select(Node.class).get();
        Set<Object> singletons = new LinkedHashSet<>(node.registryDoors());
        singletons.add(node.callers());
        return singletons;
    }

    @Override
    public Map<String, Object> getProperties() {
        return Jersey.PROPERTIES;
    }
}
