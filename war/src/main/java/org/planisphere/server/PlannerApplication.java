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

/** The planner's doors, at {@code /planner}; empty when {@code planner.enabled} is off. */
@ApplicationPath("planner")
public final class PlannerApplication extends Application {
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
        Set<Object> singletons = new LinkedHashSet<>(node.plannerDoors());
        singletons.add(node.callers());
        return singletons;
    }

    @Override
    public Map<String, Object> getProperties() {
        return Jersey.PROPERTIES;
    }
}
