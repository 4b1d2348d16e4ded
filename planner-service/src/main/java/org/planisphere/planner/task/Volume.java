package org.planisphere.planner.task;

/**
 * A place in the run's file system where a storage or data resource appears.
 *
 * @param path relative to the work folder, or absolute where the engine has a root of its own
 * @param resource name of a storage or data resource of the same request; resolved while reading
 */
public record Volume(KindRef kind, Label label, String path, Mode mode, String resource) {
    /** Whether the run may write there. */
    public enum Mode {
        READONLY,
        READWRITE
    }
}
