package org.planisphere.planner.task;

import org.jspecify.annotations.Nullable;

/** What the client calls a component and says of it; the name is unique within a request where it is given. */
public record Label(@Nullable String name, @Nullable String description) {
    public static final Label NONE = new Label(null, null);

    public static Label named(String name) {
        return new Label(name, null);
    }
}
