package org.planisphere.planner.platform;

import org.planisphere.planner.staging.WorkFolders;

/**
 * An engine as the wiring knows it: its name, the settings that are its own, and how a platform behind it is opened. Each
 * engine's package has one. Stateless.
 */
public interface Engine {
    /** What the setting {@code engine} calls it; its own settings are the section of that name beside the common ones. */
    String name();

    /**
     * Reads the engine's own settings; opens nothing yet. What is wrong is noted in the section, and every key that is not
     * asked for is a fault, so that a wrong file stops the start with all its faults at once.
     *
     * @param own the section of the engine's name; empty where the operator wrote none
     */
    Opener read(PlatformSettings common, Section own);

    /** A platform whose settings are known to be right. */
    @FunctionalInterface
    interface Opener {
        /**
         * Opens it: finds out what there is, re-adopts what runs. May block for seconds.
         *
         * @param folders where its sessions have their folders
         * @throws RuntimeException when it cannot work here; the message says why, and what to do
         */
        Platform open(WorkFolders folders);
    }
}
