package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The script {@code planisphere} builds modules by name, on a machine where none has been built before. */
class LauncherTest {
    private static final Path ROOT = Path.of("..");

    @ParameterizedTest
    @CsvSource({"server_modules, war", "cli_modules, cli"})
    void buildsEveryModuleThatIsNeeded(String list, String module) throws Exception {
        Matcher named = Pattern.compile("(?m)^" + list + "=\\(([^)]*)\\)")
                .matcher(Files.readString(ROOT.resolve("planisphere")));
        assertThat(named.find()).isTrue();
        assertThat(List.of(named.group(1).split(" "))).containsAll(needs(module));
    }

    /** A module and the modules of ours that it takes to build it, tests aside. */
    private static Set<String> needs(String module) throws Exception {
        Set<String> all = new TreeSet<>(Set.of(module));
        Document pom = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(ROOT.resolve(module).resolve("pom.xml").toFile());
        var dependencies = pom.getElementsByTagName("dependency");
        for (int i = 0; i < dependencies.getLength(); i++) {
            if (dependencies.item(i) instanceof Element dependency
                    && text(dependency, "groupId").matches("\\$\\{project.groupId}|org.planisphere")
                    && !text(dependency, "scope").equals("test")) {
                all.addAll(needs(folder(text(dependency, "artifactId"))));
            }
        }
        return all;
    }

    private static String folder(String artifact) throws Exception {
        try (var folders = Files.list(ROOT)) {
            return folders.filter(folder -> Files.exists(folder.resolve("pom.xml")))
                    .filter(folder -> readsAs(folder, artifact))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no module makes " + artifact))
                    .getFileName()
                    .toString();
        }
    }

    private static boolean readsAs(Path folder, String artifact) {
        try {
            // The first artifactId outside <parent> is the module's own.
            String own = Files.readString(folder.resolve("pom.xml")).replaceFirst("(?s)<parent>.*?</parent>", "");
            return own.indexOf("<artifactId>" + artifact + "</artifactId>") == own.indexOf("<artifactId>");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String text(Element dependency, String name) {
        var found = dependency.getElementsByTagName(name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
    }
}
