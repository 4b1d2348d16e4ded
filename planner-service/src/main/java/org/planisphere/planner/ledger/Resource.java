package org.planisphere.planner.ledger;

/** What the ledger counts, with the unit it counts it in. */
public enum Resource {
    CORES("cores"),
    MEMORY("MiB"),
    STORAGE("MiB"),
    ACCELERATORS("accelerators"),
    /** Sessions at the same instant; every reservation uses one. */
    SESSIONS("sessions");

    private final String unit;

    Resource(String unit) {
        this.unit = unit;
    }

    public String unit() {
        return unit;
    }
}
