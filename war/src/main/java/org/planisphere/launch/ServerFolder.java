package org.planisphere.launch;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The folder in which one server process keeps its own configuration and scratch files. */
public final class ServerFolder {
    private ServerFolder() {}

    /**
     * Makes the folder anew from the unpacked server, so that a crash leaves nothing behind.
     *
     * @param server the unpacked server
     * @param root the folder, made when it is missing
     * @return the folder
     */
    public static Path prepare(Path server, Path root) throws IOException {
        for (String left : List.of("applications", "generated", "config", "autodeploy")) {
            delete(root.resolve(left));
        }
        copy(server.resolve("config"), root.resolve("config"));
        if (!Files.isDirectory(root.resolve("lib"))) {
            copy(server.resolve("lib"), root.resolve("lib"));
        }
        Files.createDirectories(root.resolve("docroot"));
        return root;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(folder).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.REPLACE_EXISTING);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path left, @Nullable IOException failure) throws IOException {
                Files.delete(left);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
