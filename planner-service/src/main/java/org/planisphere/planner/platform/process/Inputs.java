package org.planisphere.planner.platform.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.staging.Staging;
import org.planisphere.planner.staging.WorkFolder;

/** Brings what a plan names into the work folder: the same for every engine that has one. */
public final class Inputs {
    private Inputs() {}

    /** What speaks against the plan: its own objections, and what cannot be fetched. */
    public static List<Objection> objections(Staging staging, Plan plan) {
        List<Objection> found = new ArrayList<>(plan.objections);
        for (Plan.Fetch fetch : plan.fetches) {
            staging.examine(fetch.location())
                    .map(why -> new Objection(
                            "data-not-reachable",
                            "${location} cannot be read: ${reason}.",
                            Map.of("location", why.location(), "reason", why.reason())))
                    .ifPresent(found::add);
        }
        return found;
    }

    /**
     * Makes the folders of the plan and fetches everything into its place. Blocks.
     *
     * @param most bytes of all together
     * @return SHA-256 by name, of files that were fetched
     * @throws Staging.NotFetched when something cannot be had; its message is for the asker
     */
    public static Map<String, String> fetch(
            Staging staging, Plan plan, WorkFolder folder, long most, Consumer<String> progress) throws IOException {
        for (String place : plan.folders) {
            Files.createDirectories(folder.work().resolve(place));
        }
        Map<String, String> hashes = new HashMap<>();
        long room = most;
        for (Plan.Fetch fetch : plan.fetches) {
            progress.accept("Fetching " + fetch.what() + " from " + fetch.location());
            Path target = folder.work().resolve(fetch.place());
            if (Files.isDirectory(target)) {
                target = target.resolve(Staging.nameFor(fetch.location(), "data"));
            }
            Staging.Staged staged = staging.fetch(fetch.location(), target, room, folder::headers);
            room -= staged.size();
            if (!staged.sha256().isEmpty()) {
                hashes.put(folder.work().relativize(target).toString(), staged.sha256());
            }
            progress.accept("Fetched " + fetch.what() + ": " + staged.size() + " bytes"
                    + (staged.sha256().isEmpty() ? "" : ", SHA-256 " + staged.sha256()));
        }
        folder.fetched();
        for (Plan.Mount mount : plan.mounts) {
            // A place in the work folder where something is mounted must be there before.
            Path target = folder.work().resolve(mount.to());
            if (!mount.to().startsWith("/") && !Files.exists(target)) {
                if (Files.isDirectory(folder.work().resolve(mount.from()))) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.createFile(target);
                }
            }
        }
        return hashes;
    }
}
