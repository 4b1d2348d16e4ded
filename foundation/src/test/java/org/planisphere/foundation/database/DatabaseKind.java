package org.planisphere.foundation.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The databases that every store is tested on: {@code @ParameterizedTest @EnumSource(DatabaseKind.class)}. A test on
 * PostgreSQL is skipped where that is not installed.
 */
public enum DatabaseKind {
    H2 {
        @Override
        public DatabaseSettings fresh(int poolSize) {
            try {
                Path folder = Files.createTempDirectory("planisphere-h2");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
                return new DatabaseSettings("jdbc:h2:file:" + folder.resolve("test"), "", "", poolSize);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    },
    POSTGRESQL {
        @Override
        public DatabaseSettings fresh(int poolSize) {
            return PostgresServer.shared().database(poolSize);
        }
    };

    /** Settings of a new, empty database. Opening it twice is a restart on H2 and a second node on PostgreSQL. */
    public abstract DatabaseSettings fresh(int poolSize);

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
