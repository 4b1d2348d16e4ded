package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.harvest.Harvester;
import org.planisphere.registry.harvest.Limits;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Schemas;
import org.planisphere.registry.resource.Xml;
import org.planisphere.registry.store.SourceRow;
import org.w3c.dom.Element;

/**
 * What a GAVO DaCHS server answered, recorded byte by byte, is harvested without loss. Its Identify was not recorded; it is
 * put together of the registry's own record in the same list.
 */
class DachsTest {
    private static final Path RECORDED = Path.of(System.getProperty("planisphere.data", "../../shared/data"))
            .toAbsolutePath()
            .resolve("vo-records/registries-oai/dachs-listrecords-live.xml");

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void everythingItPublishesIsTakenOver(DatabaseKind kind) throws Exception {
        assumeTrue(Files.isRegularFile(RECORDED), "no recorded answer at " + RECORDED);
        byte[] list = Files.readAllBytes(RECORDED);
        Element records =
                Xml.first(Xml.parse(list).getDocumentElement(), "ListRecords").orElseThrow();
        String own = Xml.children(records, "record").stream()
                .map(record -> Xml.first(record, "metadata", "Resource").orElseThrow())
                .filter(record -> Xml.type(record).equals("vg:Registry"))
                .map(Xml::write)
                .findFirst()
                .orElseThrow();
        String identify = "<oai:OAI-PMH xmlns:oai=\"http://www.openarchives.org/OAI/2.0/\"><oai:Identify>"
                + "<oai:description>" + own + "</oai:description></oai:Identify></oai:OAI-PMH>";
        try (Fixture f = new Fixture(kind)) {
            SourceRow row = new Harvester(
                            f.registry.records(),
                            (address, most) -> address.getRawQuery().contains("Identify")
                                    ? identify.getBytes(StandardCharsets.UTF_8)
                                    : list,
                            Fixture.harvesting(Schemas.NONE, Limits.USUAL),
                            f.clock)
                    .harvest(URI.create("http://dachs.example/oai.xml"));

            assertThat(row.message).isNull();
            assertThat(row.seen).isEqualTo(Xml.children(records, "record").size());
            assertThat(f.context.harvests().sources().held()).isZero();
            for (Element record : Xml.children(records, "record")) {
                String identifier = Xml.text(record, "header", "identifier");
                assertThat(f.registry.find(new Ivoid(identifier)))
                        .as(identifier)
                        .hasValueSatisfying(kept -> assertThat(kept.record)
                                .isEqualTo(Xml.write(Xml.first(record, "metadata", "Resource")
                                        .orElseThrow())));
            }
        }
    }
}
