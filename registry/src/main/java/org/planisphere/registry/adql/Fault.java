package org.planisphere.registry.adql;

/** What is wrong with a query, and where: lines and columns count from 1. */
public final class Fault extends Exception {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    Fault(String message, int line, int column) {
        super(message);
        this.line = line;
        this.column = column;
    }

    public int line() {
        return line;
    }

    public int column() {
        return column;
    }

    /** For the person who asked. */
    public String told() {
        return "Line " + line + ", column " + column + ": " + getMessage();
    }
}
