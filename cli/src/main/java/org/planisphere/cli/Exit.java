package org.planisphere.cli;

/** What the command ends with; documented in docs/cli.md. */
final class Exit {
    static final int OK = 0;
    /** No planner makes an offer, or a task has ended otherwise than well. */
    static final int NO = 1;
    /** The command line or a file it names is wrong. */
    static final int USAGE = 2;
    /** The server refuses. */
    static final int REFUSED = 3;
    /** No server answers. */
    static final int UNREACHABLE = 4;
    /** A server answers what cannot be used, or has a fault of its own. */
    static final int BAD_ANSWER = 5;
    /** A file cannot be written, or the command itself is at fault. */
    static final int FAULT = 6;

    private Exit() {}
}
