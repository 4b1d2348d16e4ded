package org.planisphere.server;

import jakarta.enterprise.inject.spi.CDI;
import jakarta.ws.rs.core.Application;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.planisphere.foundation.rest.AnyProblemMapper;
import org.planisphere.foundation.rest.WireReader;
import org.planisphere.foundation.rest.WireWriter;

/** What the server asks of the doors below one path: they are the node's, which made them. */
abstract class Doors extends Application {
    private final Function<Node, Set<Object>> doors;

    /** @param doors none when this half of the node is switched off */
    Doors(Function<Node, Set<Object>> doors) {
        this.doors = doors;
    }

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
        Set<Object> singletons = new LinkedHashSet<>(doors.apply(node));
        singletons.add(node.callers());
        return singletons;
    }

    @Override
    public Map<String, Object> getProperties() {
        return Jersey.PROPERTIES;
    }
}
