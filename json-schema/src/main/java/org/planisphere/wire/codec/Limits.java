package org.planisphere.wire.codec;

/** How much of a document is read before it is refused. */
final class Limits {
    static final int BYTES = 4 * 1024 * 1024;
    static final int DEPTH = 100;
    static final int TEXT = 1024 * 1024;
    static final int NUMBER = 100;
    static final int NAME = 10_000;
    /** JSON and YAML tokens, XML elements and attributes. */
    static final int TOKENS = 200_000;

    /** The time and memory of SnakeYAML's scanner grow with the square of a line's length. */
    static final int YAML_LINE = 64 * 1024;

    /** So many more opened than closed brackets are no text any more. */
    static final int YAML_OPEN = 1000;

    static final int ATTRIBUTES = 100;

    private Limits() {}
}
