package org.planisphere.planner.platform.unpacked;

/** The programs of a host that start something in an image without a daemon. */
enum Runner {
    CHARLIECLOUD("charliecloud", "Charliecloud", "/usr/bin/ch-run"),
    APPTAINER("apptainer", "Apptainer", "/usr/bin/apptainer");

    private final String engine;
    private final String title;
    private final String program;

    Runner(String engine, String title, String program) {
        this.engine = engine;
        this.title = title;
        this.program = program;
    }

    /** As the setting {@code engine} and the keeper call it. */
    String engine() {
        return engine;
    }

    /** As people call it. */
    String title() {
        return title;
    }

    /** Where it is usually. */
    String program() {
        return program;
    }

    /** Whether it runs images in Singularity's own format as they are. */
    boolean files() {
        return this == APPTAINER;
    }
}
