package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.harvest.HarvestSettings;
import org.planisphere.registry.harvest.Harvester;
import org.planisphere.registry.harvest.Limits;
import org.planisphere.registry.publish.Web;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Schemas;
import org.planisphere.registry.store.SourceRow;

/** Two nodes on one database: one at a time harvests a source, and one that was frozen changes nothing when it wakes. */
class HarvestLeaseTest {
    private static final URI SOURCE = URI.create("http://source.example/oai");
    private static final int RECORDS = 20;

    private static byte[] answer(URI address) {
        String query = address.getRawQuery();
        StringBuilder xml = new StringBuilder("<oai:OAI-PMH xmlns:oai=\"http://www.openarchives.org/OAI/2.0/\">"
                + "<oai:responseDate>2026-11-21T06:00:00Z</oai:responseDate>");
        if (query.contains("Identify")) {
            xml.append("<oai:Identify><oai:description><Resource><managedAuthority>source.org</managedAuthority>"
                    + "</Resource></oai:description></oai:Identify>");
        } else {
            int from = query.contains("Token=") ? Integer.parseInt(query.replaceAll(".*Token=", "")) : 0;
            xml.append("<oai:ListRecords>");
            for (int i = from; i < from + 5; i++) {
                xml.append("<oai:record><oai:header><oai:identifier>ivo://source.org/r" + i
                        + "</oai:identifier></oai:header><oai:metadata>"
                        + Fixture.record("ivo://source.org/r" + i, "Record " + i) + "</oai:metadata></oai:record>");
            }
            if (from + 5 < RECORDS) {
                xml.append("<oai:resumptionToken>" + (from + 5) + "</oai:resumptionToken>");
            }
            xml.append("</oai:ListRecords>");
        }
        return xml.append("</oai:OAI-PMH>").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Harvester node(Fixture f, String name, Web web) {
        HarvestSettings usual = Fixture.harvesting(Schemas.NONE, Limits.USUAL);
        return new Harvester(
                f.registry.records(),
                web,
                new HarvestSettings(
                        name,
                        Set.of("example.planner"),
                        List.of(),
                        List.of(),
                        usual.interval(),
                        usual.fullInterval(),
                        usual.schemas(),
                        usual.limits()),
                f.clock);
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    @Timeout(60)
    void oneNodeHarvestsASourceAndTheOtherTakesOverWhenItIsSilent(DatabaseKind kind) throws Exception {
        try (Fixture f = new Fixture(kind)) {
            CountDownLatch frozen = new CountDownLatch(1);
            CountDownLatch wakes = new CountDownLatch(1);
            Harvester first = node(f, "first", (address, most) -> {
                if (address.getRawQuery().contains("Token=10")) {
                    frozen.countDown();
                    try {
                        wakes.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
                return answer(address);
            });
            AtomicInteger pages = new AtomicInteger();
            Harvester second = node(f, "second", (address, most) -> {
                pages.incrementAndGet();
                return answer(address);
            });

            CompletableFuture<SourceRow> harvest = CompletableFuture.supplyAsync(() -> first.harvest(SOURCE));
            assertThat(frozen.await(30, TimeUnit.SECONDS)).isTrue();

            assertThat(second.harvest(SOURCE).state).isEqualTo(SourceRow.RUNNING);
            assertThat(pages.get()).as("the other has it").isZero();

            f.clock.move(Duration.ofMinutes(11));
            SourceRow taken = second.harvest(SOURCE);
            assertThat(taken.message).isNull();
            assertThat(taken.state).isEqualTo(SourceRow.IDLE);
            assertThat(taken.run).as("the same harvest").isEqualTo(1);
            assertThat(taken.seen)
                    .as("from the page on at which the first stood")
                    .isEqualTo(RECORDS);

            wakes.countDown();
            // It may have seen before it slept that the other has it, and tells how that stood then.
            harvest.get(30, TimeUnit.SECONDS);
            SourceRow after = f.registry.records().read(manager -> manager.find(SourceRow.class, taken.url));
            assertThat(after.seen)
                    .as("what the frozen node brings is not counted twice")
                    .isEqualTo(RECORDS);
            assertThat(after.state).isEqualTo(SourceRow.IDLE);
            assertThat(after.holder).isEqualTo("second");
            assertThat(after.failures).isZero();
            for (int i = 0; i < RECORDS; i++) {
                assertThat(f.registry.find(new Ivoid("ivo://source.org/r" + i))).isPresent();
            }
        }
    }
}
