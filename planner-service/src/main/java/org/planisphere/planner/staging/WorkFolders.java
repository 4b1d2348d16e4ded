package org.planisphere.planner.staging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import org.planisphere.foundation.http.GuardedHttp;

/** All sessions' folders of a node, one below the other's name: {@code root/<uuid>/}. Thread safe. */
public final class WorkFolders {
    private final Path root;
    private final Delegations delegations;
    private final Depot depot;
    private final Shelf shelf;

    /**
     * @param root made when it is not there; passable but not readable by others, because runs have users of their own
     * @throws UncheckedIOException when it cannot be made
     */
    public WorkFolders(Path root) {
        this(root, Delegations.NONE, Depot.plain());
    }

    /**
     * @param delegations in whose name sessions' inputs are fetched
     * @param depot of all platforms of the node
     */
    public WorkFolders(Path root, Delegations delegations, Depot depot) {
        this.delegations = delegations;
        this.depot = depot;
        try {
            if (!"UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"))) {
                System.getLogger(WorkFolders.class.getName())
                        .log(
                                System.Logger.Level.WARNING,
                                "results whose names are not plain ASCII cannot be listed: start Java with"
                                        + " LC_ALL=C.UTF-8");
            }
            Files.createDirectories(root);
            this.root = root.toRealPath();
            this.shelf = new Shelf(this.root.resolve(".kept"));
            Files.setPosixFilePermissions(this.root, PosixFilePermissions.fromString("rwx--x--x"));
        } catch (IOException e) {
            throw new UncheckedIOException("the folder for work " + root + " cannot be made", e);
        }
    }

    /** In whose name sessions' inputs are fetched. */
    public Delegations delegations() {
        return delegations;
    }

    /**
     * How a platform stages.
     *
     * @param roots folders from which {@code file:} locations may be read
     */
    public Staging staging(String platform, List<Path> roots, GuardedHttp http) {
        return new Staging(platform, roots, http, depot);
    }

    public Path root() {
        return root;
    }

    /** Where storage is that outlives runs. */
    public Shelf shelf() {
        return shelf;
    }

    /** The session's folder, which need not exist yet. */
    public WorkFolder of(UUID session) {
        return new WorkFolder(root.resolve(session.toString()), session, delegations, shelf);
    }
}
