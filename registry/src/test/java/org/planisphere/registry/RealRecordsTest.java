package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.harvest.Harvester;
import org.planisphere.registry.harvest.Limits;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Schemas;
import org.planisphere.registry.resource.Xml;
import org.planisphere.registry.store.QuarantineRow;
import org.planisphere.registry.store.SourceRow;
import org.w3c.dom.Element;

/** Records that real registries have published; the folder is {@code planisphere.data}, or beside the checkout. */
class RealRecordsTest {
    private static final Path DATA =
            Path.of(System.getProperty("planisphere.data", "../../shared/data")).toAbsolutePath();

    @BeforeAll
    static void thereAreRecords() {
        assumeTrue(Files.isDirectory(DATA.resolve("vo-records")), "no real records in " + DATA);
    }

    /** What of a file a harvester could be sent: every resource in it, wherever it stands. */
    private static void resources(Element at, List<Element> found) {
        if ("Resource".equals(at.getLocalName()) || "resource".equals(at.getLocalName())) {
            found.add(at);
            return;
        }
        Xml.children(at).forEach(child -> resources(child, found));
    }

    @Test
    void everyRecordIsTakenOverOrHeldForAReason() throws Exception {
        Map<String, String> sent = new LinkedHashMap<>();
        Set<String> authorities = new LinkedHashSet<>();
        try (Stream<Path> files = Files.walk(DATA.resolve("vo-records"))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                List<Element> found = new ArrayList<>();
                try {
                    resources(Xml.parse(Files.readAllBytes(file)).getDocumentElement(), found);
                } catch (Xml.Unreadable e) {
                    continue;
                }
                for (Element resource : found) {
                    String identifier = Xml.text(resource, "identifier");
                    String name = identifier.isEmpty() ? "none in " + file.getFileName() : identifier;
                    Ivoid.of(identifier).ifPresent(ivoid -> authorities.add(ivoid.authority()));
                    sent.putIfAbsent(name.toLowerCase(Locale.ROOT), Xml.write(resource));
                }
            }
        }
        assertThat(sent).hasSizeGreaterThan(80);
        StringBuilder list = new StringBuilder("<oai:ListRecords>");
        sent.forEach((name, xml) -> list.append("<oai:record><oai:header><oai:identifier>")
                .append(Xml.escape(name))
                .append("</oai:identifier></oai:header><oai:metadata>")
                .append(xml)
                .append("</oai:metadata></oai:record>"));
        list.append("</oai:ListRecords>");
        StringBuilder identify = new StringBuilder("<oai:Identify><oai:description><Resource>");
        authorities.forEach(authority ->
                identify.append("<managedAuthority>").append(authority).append("</managedAuthority>"));
        identify.append("</Resource></oai:description></oai:Identify>");
        URI source = URI.create("http://real.example/oai");
        try (Fixture f = new Fixture(DatabaseKind.H2)) {
            SourceRow row = new Harvester(
                            f.registry.records(),
                            (address, most) -> ("<oai:OAI-PMH xmlns:oai=\"http://www.openarchives.org/OAI/2.0/\">"
                                            + (address.getRawQuery().contains("Identify") ? identify : list)
                                            + "</oai:OAI-PMH>")
                                    .getBytes(StandardCharsets.UTF_8),
                            Fixture.harvesting(Schemas.of(DATA.resolve("xsd")), Limits.USUAL),
                            f.clock)
                    .harvest(source);
            assertThat(row.message).isNull();
            assertThat(row.seen).isEqualTo(sent.size());
            List<QuarantineRow> held = f.context.harvests().sources().quarantine(source.toString(), "", 500);
            long taken = sent.keySet().stream()
                    .filter(name -> Ivoid.of(name).flatMap(f.registry::find).isPresent())
                    .count();
            assertThat(taken + held.size()).as("none is lost").isEqualTo(sent.size());
            assertThat(held)
                    .allSatisfy(one -> assertThat(one.reason)
                            .as(one.place)
                            .matches("the header has no IVOA identifier|the identifier is none: .*|the record has no"
                                    + " identifier"));
            assertThat(taken).isGreaterThan(sent.size() * 8L / 10);
        }
    }

    @Test
    void theStandardsOfTheIvoaAreFoundValid() throws Exception {
        Schemas schemas = Schemas.of(DATA.resolve("xsd"));
        try (Stream<Path> files = Files.list(DATA.resolve("vo-records/standards-rofr"))) {
            for (Path file : files.sorted().toList()) {
                assertThat(schemas.faults(Files.readAllBytes(file)))
                        .as(file.getFileName().toString())
                        .isEmpty();
            }
        }
        try (Stream<Path> files = Files.list(DATA.resolve("vo-records-proposed"))) {
            for (Path file : files.sorted().toList()) {
                assertThat(schemas.faults(Files.readAllBytes(file)))
                        .as(file.getFileName().toString())
                        .isEmpty();
            }
        }
    }

    @Test
    void checkedOneAfterTheOtherTheyAreFoundToBeWhatEachIsByItself() throws Exception {
        Schemas schemas = Schemas.of(DATA.resolve("xsd"));
        Schemas.Run run = schemas.run();
        int checked = 0;
        try (Stream<Path> files = Files.walk(DATA.resolve("vo-records"))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                List<Element> found = new ArrayList<>();
                try {
                    resources(Xml.parse(Files.readAllBytes(file)).getDocumentElement(), found);
                } catch (Xml.Unreadable e) {
                    continue;
                }
                for (Element resource : found) {
                    assertThat(run.faults(resource)).as(file.toString()).isEqualTo(schemas.faults(resource));
                    checked++;
                }
            }
        }
        assertThat(checked).isGreaterThan(80);
    }
}
