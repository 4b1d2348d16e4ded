package org.planisphere.registry.door;

import java.util.LinkedHashSet;
import java.util.Set;
import org.planisphere.foundation.rest.ProblemsDoor;
import org.planisphere.registry.tap.JobsDoor;
import org.planisphere.registry.tap.TapDoor;

/** The registry's resources, for a JAX-RS application at {@code /registry} that has the foundation's filters and mappers. */
public final class RegistryDoors {
    private RegistryDoors() {}

    /** One of each, safe for many threads. */
    public static Set<Object> singletons(RegistryContext context) {
        Set<Object> doors = new LinkedHashSet<>();
        doors.add(new SearchDoor(context.registry()));
        doors.add(new RecordsDoor(context.registry()));
        doors.add(new PagesDoor(context.registry()));
        doors.add(new HarvestDoor(context.registry(), context.harvests(), context::note));
        doors.add(new VosiDoor(context));
        doors.add(new DescriptionDoor());
        doors.add(new ProblemsDoor());
        doors.add(new OaiDoor(new Oai(context.registry(), context.clock()), new OaiPages(context.registry())));
        doors.add(new TapDoor(context.tap()));
        doors.add(new JobsDoor(context.tap()));
        return doors;
    }
}
