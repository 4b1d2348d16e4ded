package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseSettings;
import org.planisphere.foundation.database.PostgresServer;

/** The migrations of all modules, which one node runs as one line. */
class MigrationsTest {
    private static final String FOLDER = "org/planisphere/db";

    @Test
    void noTwoMigrationsOfAllModulesShareAVersion() throws Exception {
        Map<String, List<String>> byVersion = new TreeMap<>();
        for (String name : names()) {
            assertThat(name).matches("V[0-9]+__[a-z0-9_]+\\.sql");
            byVersion
                    .computeIfAbsent(name.substring(1, name.indexOf("__")), version -> new ArrayList<>())
                    .add(name);
        }
        assertThat(byVersion).as("the migrations are found").hasSizeGreaterThan(5);
        assertThat(byVersion)
                .allSatisfy((version, names) ->
                        assertThat(names).as("version " + version).hasSize(1));
    }

    /** A schema with the name of the database's user would take the place of the one in which the history is. */
    @Test
    void aDatabaseThatIsUpToDateIsOpenedAgainByTheSameUser() {
        try (PostgresServer server = PostgresServer.start()) {
            DatabaseSettings settings = server.database(2);
            Database.open(settings).close();
            try (Database again = Database.open(settings)) {
                assertThat(again.postgres()).isTrue();
            }
        }
    }

    private static List<String> names() throws Exception {
        List<String> found = new ArrayList<>();
        for (URL place : Collections.list(MigrationsTest.class.getClassLoader().getResources(FOLDER))) {
            URI uri = place.toURI();
            if (uri.getScheme().equals("jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                    list(jar.getPath(FOLDER), found);
                }
            } else {
                list(Path.of(uri), found);
            }
        }
        return found;
    }

    private static void list(Path folder, List<String> found) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".sql"))
                    .forEach(found::add);
        }
    }
}
