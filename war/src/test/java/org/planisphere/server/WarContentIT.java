package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What travels in the WAR: nothing that the server brings itself, and no launcher. */
class WarContentIT {
    @Test
    void noLibraryOfTheServerTravels() throws Exception {
        try (JarFile war = new JarFile("target/ROOT.war")) {
            List<String> libraries = war.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(".jar"))
                    .map(name -> name.substring(name.lastIndexOf('/') + 1).replaceFirst("-[0-9].*", ""))
                    .toList();
            assertThat(libraries)
                    .contains("planisphere-planner-service", "planisphere-foundation", "postgresql", "flyway-core")
                    .doesNotHaveDuplicates()
                    .noneMatch(name -> name.matches(
                            "(jackson-(core|databind|annotations|dataformat|module)|snakeyaml$|h2$|jakarta\\.|jaxb|"
                                    + "angus|eclipselink|org\\.eclipse\\.persistence|jersey|payara|nimbus|weld).*"));
        }
    }

    @Test
    void theLauncherStaysOutside() throws Exception {
        try (JarFile war = new JarFile("target/ROOT.war");
                JarFile launcher = new JarFile("target/server/planisphere-launch.jar")) {
            assertThat(war.stream().map(ZipEntry::getName)).noneMatch(name -> name.contains("org/planisphere/launch"));
            assertThat(launcher.stream().map(ZipEntry::getName))
                    .contains("org/planisphere/launch/Main.class", "org/planisphere/foundation/settings/Settings.class")
                    .noneMatch(name -> name.contains("planner"));
        }
    }
}
