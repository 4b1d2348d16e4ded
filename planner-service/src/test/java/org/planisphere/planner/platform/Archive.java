package org.planisphere.planner.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.staging.Depot;
import org.planisphere.planner.staging.places.Rclone;
import org.planisphere.planner.staging.places.WebDavPlace;

/** A WebDAV server from which runs of all engines' tests get data and to which they bring results: begun once. */
public final class Archive {
    private static @Nullable Rclone server;

    private Archive() {}

    /** Skips the test where the server is missing. */
    static synchronized Rclone needed() {
        Rclone known = server;
        if (known != null) {
            return known;
        }
        try {
            Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "archive");
            Rclone begun = new Rclone(folder.toAbsolutePath());
            Runtime.getRuntime().addShutdownHook(new Thread(begun::close));
            server = begun;
            return begun;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Which has the server open, or nothing where there is none. */
    public static Depot depot() {
        if (!Files.isExecutable(Path.of("/usr/bin/rclone"))) {
            return Depot.plain();
        }
        try {
            WebDavPlace place = needed().place();
            return Depot.with(List.of(new Depot.Opened(Set.of(), place, place)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String at(String name) {
        return "dav://" + needed().authority() + "/base/" + name;
    }

    static Path file(String name) {
        return needed().files().resolve("base").resolve(name);
    }
}
