package org.planisphere.server;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.planisphere.foundation.rest.AnyProblemMapper;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;

/** The planner's doors, at {@code /planner}; empty when {@code planner.enabled} is off. */
@ApplicationPath("planner")
public final class PlannerApplication extends Application {
    @Override
    public Set<Class<?>> getClasses() {
        Set<Class<?>> classes = new LinkedHashSet<>();
        classes.add(AnyProblemMapper.class);
        if (Settings.ofThisProcess().get(Keys.PLANNER_ENABLED)) {
            classes.add(NodeResource.class);
        }
        return classes;
    }

    @Override
    public Map<String, Object> getProperties() {
        return Jersey.PROPERTIES;
    }
}
