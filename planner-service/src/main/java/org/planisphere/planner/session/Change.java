package org.planisphere.planner.session;

/**
 * A change that a caller asks for.
 *
 * @see <a href="https://github.com/ivoa-std/ExecutionBroker">ExecutionBroker 1.0, updates</a>
 */
public sealed interface Change {
    /** As the caller gave it; a slash before it is tolerated. */
    String path();

    /** Sets one of a few values. */
    record EnumChange(String path, String value) implements Change {}

    /** Sets a text. */
    record StringChange(String path, String value) implements Change {}

    /** Sets a number. {@code units} is {@code s}, {@code min}, {@code h} or empty for seconds. */
    record IntegerChange(String path, long value, String units) implements Change {}

    /** Adds to a number. {@code units} as for {@link IntegerChange}. */
    record DeltaChange(String path, long delta, String units) implements Change {}
}
