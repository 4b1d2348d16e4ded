package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.harvest.Harvester;
import org.planisphere.registry.harvest.Limits;
import org.planisphere.registry.publish.Web;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Schemas;
import org.planisphere.registry.resource.Xml;
import org.planisphere.registry.store.RecordRow;
import org.planisphere.registry.store.SourceRow;
import org.w3c.dom.Element;

/**
 * What a GAVO DaCHS publishes is harvested without loss: from a running one where Debian's is installed, and from answers
 * of one that were recorded byte by byte, everywhere.
 */
class DachsTest {
    private static final String OWN = "ivo://dachs.example/__system__/services/registry";
    private static final List<String> TAKEN_BACK =
            List.of("ivo://dachs.example/stars/q/bright", "ivo://dachs.example/stars/q/cone");

    @Test
    void aRunningOneIsHarvestedPageByPageAndFollowed() throws Exception {
        try (DachsServer dachs = DachsServer.start();
                Fixture f = new Fixture(DatabaseKind.H2)) {
            Web web = Web.guarded(List.of(dachs.oai().getRawAuthority()), Duration.ofMinutes(1));
            Map<String, Element> published = records(dachs.oai(), web);
            assertThat(published)
                    .hasSize(5)
                    .containsKeys(OWN, "ivo://dachs.example")
                    .containsKeys(TAKEN_BACK.toArray(new String[0]));
            Harvester harvester = new Harvester(
                    f.registry.records(), web, Fixture.harvesting(Schemas.NONE, Limits.USUAL), Clock.systemUTC());

            SourceRow row = harvester.harvest(dachs.oai());

            assertThat(row.message).isNull();
            // Two records a page, so that its tokens are followed.
            assertThat(row.pages).isEqualTo(3);
            assertThat(row.title).isEqualTo("Unnamed data center Registry");
            kept(f, row, published);

            dachs.unpublish();
            takenBack(f, harvester.harvest(dachs.oai()));
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void recordedAnswersAreHarvestedWithoutLoss(DatabaseKind kind) throws Exception {
        URI source = URI.create("http://dachs.example/oai.xml");
        Web web = (address, most) -> recorded(
                address.getRawQuery().contains("Identify")
                        ? "identify"
                        : address.getRawQuery().contains("from=") ? "changed" : "full");
        try (Fixture f = new Fixture(kind)) {
            Harvester harvester =
                    new Harvester(f.registry.records(), web, Fixture.harvesting(Schemas.NONE, Limits.USUAL), f.clock);

            SourceRow row = harvester.harvest(source);

            assertThat(row.message).isNull();
            kept(f, row, records(source, web));
            takenBack(f, harvester.harvest(source));
        }
    }

    /** Every record is there, word for word but for the prefixes, none is held, and the queries know their services. */
    private static void kept(Fixture f, SourceRow row, Map<String, Element> published) {
        assertThat(row.seen).isEqualTo(published.size());
        assertThat(f.context.harvests().sources().held()).isZero();
        published.forEach((identifier, record) -> assertThat(f.registry.find(new Ivoid(identifier)))
                .as(identifier)
                .hasValueSatisfying(kept -> assertThat(kept.record).isEqualTo(Xml.write(record))));
    }

    private static void takenBack(Fixture f, SourceRow row) {
        assertThat(row.message).isNull();
        assertThat(row.full).isFalse();
        for (String identifier : TAKEN_BACK) {
            assertThat(f.registry.find(new Ivoid(identifier)))
                    .as(identifier)
                    .hasValueSatisfying(kept -> assertThat(kept.deleted()).isTrue());
        }
        assertThat(f.registry.find(new Ivoid(OWN)).map(RecordRow::deleted)).hasValue(false);
    }

    /** What the source lists, read here page by page. */
    private static Map<String, Element> records(URI source, Web web) throws IOException, Xml.Unreadable {
        Map<String, Element> all = new LinkedHashMap<>();
        String query = "verb=ListRecords&metadataPrefix=ivo_vor&set=ivo_managed";
        while (true) {
            Element list = Xml.first(
                            Xml.parse(web.get(URI.create(source + "?" + query), 1 << 20))
                                    .getDocumentElement(),
                            "ListRecords")
                    .orElseThrow();
            for (Element record : Xml.children(list, "record")) {
                all.put(
                        Xml.text(record, "header", "identifier"),
                        Xml.first(record, "metadata", "Resource").orElseThrow());
            }
            String token = Xml.text(list, "resumptionToken");
            if (token.isEmpty()) {
                return all;
            }
            query = "verb=ListRecords&resumptionToken=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
        }
    }

    private static byte[] recorded(String name) throws IOException {
        try (var file = DachsTest.class.getResourceAsStream("dachs/" + name + ".xml")) {
            return file.readAllBytes();
        }
    }
}
