package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.harvest.HarvestSettings;
import org.planisphere.registry.harvest.Harvests;
import org.planisphere.registry.harvest.Limits;
import org.planisphere.registry.publish.Web;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Schemas;
import org.planisphere.registry.store.SourceRow;

/** Publishers are found in the list of a registry of registries, and harvested. Registry Interfaces 1.1, 4.2.1 */
class DiscoveryTest {
    private static final URI ROFR = URI.create("http://rofr.example/oai");

    /** A registry of registries, three of its list a page, and all the publishers it names. */
    private static final class World implements Web {
        final Set<String> listed = new LinkedHashSet<>();
        final List<String> asked = new ArrayList<>();
        Fixture.Hands clock;

        @Override
        public byte[] get(URI address, int most) throws IOException {
            String query = URLDecoder.decode(address.getRawQuery(), StandardCharsets.UTF_8);
            asked.add(address.getHost() + " " + query);
            StringBuilder xml = new StringBuilder("<oai:OAI-PMH xmlns:oai=\"http://www.openarchives.org/OAI/2.0/\">"
                    + "<oai:responseDate>" + Resource.stamp(clock.instant()) + "</oai:responseDate>");
            if (address.getHost().equals("rofr.example")) {
                assertThat(query).matches(".*set=ivo_publishers.*|.*resumptionToken=.*");
                int from = query.contains("Token=") ? Integer.parseInt(query.replaceAll(".*Token=", "")) : 0;
                List<String> all = List.copyOf(listed);
                xml.append("<oai:ListRecords>");
                for (String name : all.subList(from, Math.min(all.size(), from + 3))) {
                    xml.append(entry("ivo://" + name + "/registry", registry(name)));
                }
                if (from + 3 < all.size()) {
                    xml.append("<oai:resumptionToken>").append(from + 3).append("</oai:resumptionToken>");
                }
                xml.append("</oai:ListRecords>");
            } else if (query.contains("Identify")) {
                xml.append("<oai:Identify><oai:description><Resource><managedAuthority>")
                        .append(address.getHost())
                        .append("</managedAuthority></Resource></oai:description></oai:Identify>");
            } else {
                assertThat(query).contains("set=ivo_managed");
                String identifier = "ivo://" + address.getHost() + "/one";
                xml.append("<oai:ListRecords>")
                        .append(entry(identifier, Fixture.record(identifier, "One")))
                        .append("</oai:ListRecords>");
            }
            return xml.append("</oai:OAI-PMH>").toString().getBytes(StandardCharsets.UTF_8);
        }

        private static String entry(String identifier, String record) {
            return "<oai:record><oai:header><oai:identifier>" + identifier
                    + "</oai:identifier></oai:header><oai:metadata>" + record + "</oai:metadata></oai:record>";
        }

        private static String registry(String name) {
            String record = Fixture.record("ivo://" + name + "/registry", "Registry of " + name)
                    .replace("vo:Service", "vg:Registry")
                    .replace("xmlns:vo=", "xmlns:vg=\"http://www.ivoa.net/xml/VORegistry/v1.0\" xmlns:vo=");
            return record.replace(
                    "</ri:Resource>",
                    "<capability xsi:type=\"vg:Harvest\" standardID=\"ivo://ivoa.net/std/Registry\"><interface"
                            + " xsi:type=\"vg:OAIHTTP\" role=\"std\"><accessURL use=\"base\">http://" + name
                            + "/oai?</accessURL></interface></capability></ri:Resource>");
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void everyPublisherOfTheListIsHarvestedUntilTheListNamesItNoMore(DatabaseKind kind) {
        try (Fixture f = new Fixture(kind)) {
            World world = new World();
            world.clock = f.clock;
            for (int i = 0; i < 7; i++) {
                world.listed.add("p" + i + ".example");
            }
            // Our own registry is in the list of all; we do not harvest ourselves.
            world.listed.add("example.planner");
            HarvestSettings usual = Fixture.harvesting(Schemas.NONE, Limits.USUAL);
            try (Harvests harvests = new Harvests(
                    f.registry.records(),
                    world,
                    new HarvestSettings(
                            usual.node(),
                            usual.ownAuthorities(),
                            List.of(),
                            List.of(ROFR),
                            usual.interval(),
                            usual.fullInterval(),
                            usual.schemas(),
                            usual.limits()),
                    f.clock)) {
                harvests.due();

                for (int i = 0; i < 7; i++) {
                    assertThat(f.registry.find(new Ivoid("ivo://p" + i + ".example/one")))
                            .isPresent();
                    SourceRow source = harvests.sources()
                            .find("http://p" + i + ".example/oai")
                            .orElseThrow();
                    assertThat(source.foundBy).isEqualTo(ROFR.toString());
                    assertThat(source.message).isNull();
                }
                assertThat(world.asked).noneMatch(asked -> asked.startsWith("example.planner"));

                world.listed.remove("p3.example");
                world.asked.clear();
                f.clock.move(Duration.ofDays(1));
                harvests.due();
                assertThat(world.asked).anyMatch(asked -> asked.startsWith("p2.example"));
                assertThat(world.asked).noneMatch(asked -> asked.startsWith("p3.example"));
                assertThat(f.registry.find(new Ivoid("ivo://p3.example/one")))
                        .as("its records stay")
                        .hasValueSatisfying(row -> assertThat(row.deleted()).isFalse());

                world.listed.removeIf(name -> !name.equals("p0.example"));
                world.asked.clear();
                f.clock.move(Duration.ofDays(1));
                harvests.due();
                assertThat(world.asked)
                        .as("a list that has lost most of it is not believed")
                        .anyMatch(asked -> asked.startsWith("p6.example"));
                assertThat(harvests.sources().all()).anySatisfy(row -> {
                    assertThat(row.alarm).isTrue();
                    assertThat(row.message).contains("missing from the list");
                });
            }
        }
    }
}
