package org.planisphere.foundation.settings;

import java.util.List;

/**
 * The settings cannot be used. The message is meant for the operator: it lists every fault, each naming its key or
 * variable, where the value came from and what is allowed, and never shows a secret.
 */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> faults;

    /**
     * @param faults one line each, at least one
     */
    public SettingsException(List<String> faults) {
        super(text(faults));
        this.faults = List.copyOf(faults);
    }

    /** Every fault found, one line each, in the order of the sources. */
    public List<String> faults() {
        return faults;
    }

    private static String text(List<String> faults) {
        return (faults.size() == 1 ? "A setting is wrong:" : faults.size() + " settings are wrong:")
                + "\n  - "
                + String.join("\n  - ", faults);
    }
}
