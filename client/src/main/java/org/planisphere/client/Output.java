package org.planisphere.client;

/** What a task writes. */
public enum Output {
    STDOUT("stdout"),
    STDERR("stderr");

    private final String path;

    Output(String path) {
        this.path = path;
    }

    String path() {
        return path;
    }
}
