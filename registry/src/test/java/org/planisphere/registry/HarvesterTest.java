package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.harvest.HarvestSettings;
import org.planisphere.registry.harvest.Harvester;
import org.planisphere.registry.harvest.Harvests;
import org.planisphere.registry.harvest.Limits;
import org.planisphere.registry.publish.Web;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Schemas;
import org.planisphere.registry.store.QuarantineRow;
import org.planisphere.registry.store.RecordRow;
import org.planisphere.registry.store.SourceRow;

class HarvesterTest {
    private static final URI SOURCE = URI.create("http://source.example/oai");

    /** A publishing registry of the authority {@code source.org}, five records a page. */
    private static final class Publisher implements Web {
        final Map<String, String> records = new LinkedHashMap<>();
        final List<String> asked = new ArrayList<>();
        Fixture.Hands clock;
        boolean loops;
        String breaksAt = "never";
        String expired = "none";

        void record(String name) {
            put(
                    "ivo://source.org/" + name,
                    "2026-01-01T00:00:00Z",
                    Fixture.record("ivo://source.org/" + name, "The " + name));
        }

        void put(String identifier, String stamp, String xml) {
            records.put(
                    identifier,
                    "<oai:record><oai:header><oai:identifier>" + identifier + "</oai:identifier><oai:datestamp>" + stamp
                            + "</oai:datestamp></oai:header><oai:metadata>" + xml + "</oai:metadata></oai:record>");
        }

        @Override
        public byte[] get(URI address, int most) throws IOException {
            String query = URLDecoder.decode(address.getRawQuery(), StandardCharsets.UTF_8);
            asked.add(query);
            if (query.contains(breaksAt)) {
                throw new IOException("the line is dead");
            }
            StringBuilder xml = new StringBuilder("<oai:OAI-PMH xmlns:oai=\"http://www.openarchives.org/OAI/2.0/\">"
                    + "<oai:responseDate>" + Resource.stamp(clock.instant()) + "</oai:responseDate>");
            if (query.contains("Identify")) {
                xml.append(
                        "<oai:Identify><oai:description><ri:Resource"
                                + " xmlns:ri=\"http://www.ivoa.net/xml/RegistryInterface/v1.0\">"
                                + "<managedAuthority>Source.org</managedAuthority></ri:Resource></oai:description></oai:Identify>");
            } else if (query.contains("resumptionToken=" + expired)) {
                xml.append("<oai:error code=\"badResumptionToken\">expired</oai:error>");
            } else {
                int from = query.contains("resumptionToken=t")
                        ? Integer.parseInt(query.substring(query.indexOf("Token=t") + 7))
                        : 0;
                String since = query.contains("from=") ? query.substring(query.indexOf("from=") + 5) : "";
                List<String> all = records.values().stream()
                        .filter(record -> since.isEmpty()
                                || record.replaceAll("(?s).*<oai:datestamp>([^<]*)<.*", "$1")
                                                .compareTo(since)
                                        >= 0)
                        .toList();
                if (all.isEmpty()) {
                    xml.append("<oai:error code=\"noRecordsMatch\"/>");
                } else {
                    xml.append("<oai:ListRecords>");
                    int to = Math.min(all.size(), from + 5);
                    all.subList(from, to).forEach(xml::append);
                    if (to < all.size()) {
                        xml.append("<oai:resumptionToken>t" + (loops ? 5 : to) + "</oai:resumptionToken>");
                    }
                    xml.append("</oai:ListRecords>");
                }
            }
            return xml.append("</oai:OAI-PMH>").toString().getBytes(StandardCharsets.UTF_8);
        }
    }

    private static Harvester harvester(Fixture f, Publisher publisher) {
        publisher.clock = f.clock;
        return new Harvester(f.registry.records(), publisher, Fixture.harvesting(Schemas.NONE, Limits.USUAL), f.clock);
    }

    private static Harvests harvests(Fixture f, Publisher publisher) {
        publisher.clock = f.clock;
        HarvestSettings usual = Fixture.harvesting(Schemas.NONE, Limits.USUAL);
        return new Harvests(
                f.registry.records(),
                publisher,
                new HarvestSettings(
                        usual.node(),
                        usual.ownAuthorities(),
                        List.of(SOURCE),
                        List.of(),
                        usual.interval(),
                        usual.fullInterval(),
                        usual.schemas(),
                        usual.limits()),
                f.clock);
    }

    private static RecordRow found(Fixture f, String name) {
        return f.registry.find(new Ivoid("ivo://source.org/" + name)).orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void takesAllAtFirstAndThenWhatHasChanged(DatabaseKind kind) {
        try (Fixture f = new Fixture(kind)) {
            Publisher publisher = new Publisher();
            for (int i = 0; i < 12; i++) {
                publisher.record("r" + i);
            }
            Harvests harvests = harvests(f, publisher);
            harvests.due();
            SourceRow row = harvests.sources().find(SOURCE.toString()).orElseThrow();
            assertThat(row.message).isNull();
            assertThat(row.seen).isEqualTo(12);
            assertThat(row.full).isTrue();
            assertThat(found(f, "r11")).satisfies(record -> {
                assertThat(record.managed).isFalse();
                assertThat(record.origin).isEqualTo(RecordRow.HARVESTED);
                assertThat(record.record).contains("xsi:type=\"vr:Service\"");
            });
            int asked = publisher.asked.size();
            harvests.due();
            assertThat(publisher.asked).hasSize(asked);

            f.clock.move(Duration.ofDays(1));
            publisher.put(
                    "ivo://source.org/r3",
                    "2026-11-22T00:00:00Z",
                    Fixture.record("ivo://source.org/r3", "Another title"));
            publisher.records.put(
                    "ivo://source.org/r4",
                    "<oai:record><oai:header status=\"deleted\"><oai:identifier>ivo://source.org/r4</oai:identifier>"
                            + "<oai:datestamp>2026-11-22T00:00:00Z</oai:datestamp></oai:header></oai:record>");
            harvests.due();
            assertThat(harvests.sources().runs(SOURCE.toString(), null, 10))
                    .extracting(run -> run.run + " " + run.full + " " + run.outcome + " " + run.seen + " " + run.kept
                            + " " + run.removed)
                    .containsExactly("2 false done 2 1 1", "1 true done 12 12 0");
            assertThat(publisher.asked.get(publisher.asked.size() - 1)).endsWith("&from=2026-11-21T00:00:00Z");
            assertThat(found(f, "r3").title).isEqualTo("Another title");
            assertThat(found(f, "r4").status).isEqualTo("deleted");
            assertThat(found(f, "r5").status).isEqualTo("active");
            assertThat(f.context.harvests().sources().find(SOURCE.toString()).orElseThrow().seen)
                    .isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void whatCannotBeTakenOverIsHeldWithTheReason(DatabaseKind kind) throws Exception {
        try (Fixture f = new Fixture(kind)) {
            Publisher publisher = new Publisher();
            publisher.record("good");
            publisher.put("ivo://foreign.org/x", "2026-01-01", Fixture.record("ivo://foreign.org/x", "Foreign"));
            publisher.put(
                    "ivo://example.planner/mine", "2026-01-01", Fixture.record("ivo://example.planner/mine", "Mine"));
            publisher.put("ivo://source.org/other", "2026-01-01", Fixture.record("ivo://source.org/another", "x"));
            publisher.put("ivo://source.org/none", "2026-01-01", "<html>nothing</html>");
            publisher.put("not an identifier", "2026-01-01", Fixture.record("ivo://source.org/n", "x"));
            publisher.put(
                    "ivo://source.org/poor",
                    "2026-01-01",
                    "<r:Resource xmlns:r=\"urn:old\"><title/>"
                            + "<identifier>ivo://source.org/poor</identifier></r:Resource>");
            harvester(f, publisher).harvest(SOURCE);
            Map<String, String> reasons = new LinkedHashMap<>();
            for (QuarantineRow held : f.context.harvests().sources().quarantine(SOURCE.toString(), "", 100)) {
                reasons.put(held.place, held.reason);
            }
            assertThat(reasons)
                    .hasSize(5)
                    .containsEntry("ivo://foreign.org/x", "the source does not manage the authority foreign.org")
                    .containsEntry(
                            "ivo://example.planner/mine", "the source does not manage the authority example.planner")
                    .containsEntry("ivo://source.org/other", "the record is of ivo://source.org/another")
                    .containsEntry("ivo://source.org/none", "a record is a ri:Resource, not html")
                    .containsEntry("not an identifier", "the header has no IVOA identifier");
            assertThat(found(f, "poor").faults)
                    .contains("/title: Missing or empty.")
                    .contains("namespace");
            assertThat(found(f, "good").faults).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void goesOnWhereItWasBrokenOff(DatabaseKind kind) {
        try (Fixture f = new Fixture(kind)) {
            Publisher publisher = new Publisher();
            for (int i = 0; i < 17; i++) {
                publisher.record("r" + i);
            }
            publisher.breaksAt = "Token=t10";
            SourceRow broken = harvester(f, publisher).harvest(SOURCE);
            assertThat(broken.message).contains("the line is dead");
            assertThat(broken.seen).isEqualTo(10);
            publisher.breaksAt = "never";
            publisher.asked.clear();
            SourceRow whole = harvester(f, publisher).harvest(SOURCE);
            assertThat(publisher.asked).hasSize(3).last().asString().contains("t15");
            assertThat(whole.seen).isEqualTo(17);
            assertThat(whole.run).isEqualTo(broken.run);
            assertThat(found(f, "r0").status).isEqualTo("active");
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void aSourceThatLosesAThirdIsNotBelieved(DatabaseKind kind) {
        try (Fixture f = new Fixture(kind)) {
            Publisher publisher = new Publisher();
            for (int i = 0; i < 42; i++) {
                publisher.record("r" + i);
            }
            Harvester harvester = harvester(f, publisher);
            harvester.harvest(SOURCE);
            Map<String, String> all = new LinkedHashMap<>(publisher.records);
            for (int i = 0; i < 14; i++) {
                publisher.records.remove("ivo://source.org/r" + i);
            }
            f.clock.move(Duration.ofDays(200));
            assertThat(harvester.harvest(SOURCE).message).startsWith("14 of 42 records did not come");
            assertThat(found(f, "r0").stale).isTrue();
            assertThat(found(f, "r0").status).isEqualTo("active");

            publisher.records.putAll(all);
            publisher.records.remove("ivo://source.org/r1");
            f.clock.move(Duration.ofDays(200));
            assertThat(harvester.harvest(SOURCE).message).isNull();
            assertThat(found(f, "r0").stale).isFalse();
            assertThat(found(f, "r1").status).isEqualTo("deleted");
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void listsThatNeverEndAndTokensThatExpireAreLeft(DatabaseKind kind) {
        try (Fixture f = new Fixture(kind)) {
            Publisher publisher = new Publisher();
            for (int i = 0; i < 17; i++) {
                publisher.record("r" + i);
            }
            publisher.loops = true;
            SourceRow looped = harvester(f, publisher).harvest(SOURCE);
            assertThat(looped.message).contains("comes back");
            assertThat(looped.failures).isEqualTo(1);
            assertThat(looped.state).isEqualTo(SourceRow.IDLE);
            assertThat(looped.next.toInstant()).isEqualTo(f.clock.instant().plus(Duration.ofMinutes(5)));
            publisher.loops = false;
            publisher.expired = "t10";
            assertThat(harvester(f, publisher).harvest(SOURCE).message).contains("badResumptionToken");
            publisher.expired = "none";
            assertThat(harvester(f, publisher).harvest(SOURCE).message).isNull();
            assertThat(found(f, "r16").status).isEqualTo("active");
        }
    }
}
