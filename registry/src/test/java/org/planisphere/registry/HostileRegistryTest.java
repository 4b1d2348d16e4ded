package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.harvest.Harvester;
import org.planisphere.registry.harvest.Limits;
import org.planisphere.registry.publish.Web;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Schemas;
import org.planisphere.registry.store.QuarantineRow;
import org.planisphere.registry.store.RecordRow;
import org.planisphere.registry.store.SourceRow;

/** Registries that wish us ill, or are badly broken: bounded, told to the operator, and what was there before stays. */
class HostileRegistryTest {
    private static final URI SOURCE = URI.create("http://source.example/oai");
    private static final Limits SMALL = new Limits(1 << 20, 500, 30, Duration.ofHours(1), 5);
    private Fixture f;

    @BeforeEach
    void begin() {
        f = new Fixture(DatabaseKind.H2);
    }

    @AfterEach
    void end() {
        f.close();
    }

    private SourceRow harvest(Web web, URI source, Limits limits) {
        return new Harvester(f.registry.records(), web, Fixture.harvesting(Schemas.NONE, limits), f.clock)
                .harvest(source);
    }

    /** Answers Identify as a registry of {@code source.org} does, and lists with what the test says. */
    private SourceRow harvest(java.util.function.UnaryOperator<String> list) {
        return harvest(
                (address, most) -> {
                    String query = address.getRawQuery();
                    String content = query.contains("Identify") ? IDENTIFY : list.apply(query);
                    byte[] bytes = answer(content).getBytes(StandardCharsets.UTF_8);
                    if (bytes.length > most) {
                        throw new java.io.IOException("larger than " + most + " bytes");
                    }
                    return bytes;
                },
                SOURCE,
                SMALL);
    }

    private static final String IDENTIFY =
            "<oai:Identify><oai:description><ri:Resource xmlns:ri=\"http://www.ivoa.net/xml/RegistryInterface/v1.0\">"
                    + "<managedAuthority>source.org</managedAuthority></ri:Resource></oai:description></oai:Identify>";

    private static String answer(String content) {
        return content.startsWith("<!")
                ? content
                : "<oai:OAI-PMH xmlns:oai=\"http://www.openarchives.org/OAI/2.0/\"><oai:responseDate>"
                        + "2026-11-21T06:00:00Z</oai:responseDate>" + content + "</oai:OAI-PMH>";
    }

    private static String list(String token, String... records) {
        return "<oai:ListRecords>" + String.join("", records)
                + (token.isEmpty() ? "" : "<oai:resumptionToken>" + token + "</oai:resumptionToken>")
                + "</oai:ListRecords>";
    }

    private static String record(String name, String stamp, String xml) {
        return "<oai:record><oai:header><oai:identifier>ivo://source.org/" + name + "</oai:identifier><oai:datestamp>"
                + stamp + "</oai:datestamp></oai:header><oai:metadata>" + xml + "</oai:metadata></oai:record>";
    }

    private static String good(String name, String title) {
        return record(name, "2026-01-01T00:00:00Z", Fixture.record("ivo://source.org/" + name, title));
    }

    private RecordRow found(String name) {
        return f.registry.find(new Ivoid("ivo://source.org/" + name)).orElseThrow();
    }

    @Test
    void aListWithoutAnEndIsLeft() {
        AtomicInteger pages = new AtomicInteger();
        SourceRow row = harvest(query -> {
            int page = pages.incrementAndGet();
            return list("token" + page, good("r" + page, "Record " + page));
        });
        assertThat(row.message).isEqualTo("the list does not end within 30 pages");
        assertThat(row.state).isEqualTo(SourceRow.IDLE);
        assertThat(pages.get()).isLessThanOrEqualTo(32);
        assertThat(found("r1").status).as("what came is kept").isEqualTo("active");
    }

    @Test
    void pagesWithoutRecordsAreNotFollowedForEver() {
        AtomicInteger pages = new AtomicInteger();
        SourceRow row = harvest(query -> list("token" + pages.incrementAndGet()));
        assertThat(row.message).contains("pages without records");
        assertThat(pages.get()).isLessThan(25);
    }

    @Test
    void aTokenThatComesBackEndsTheHarvest() {
        SourceRow row = harvest(query -> list("same", good("r", "One")));
        assertThat(row.message).contains("comes back");
    }

    @Test
    void aForeignAuthorityStaysInQuarantineUntilAnOperatorLetsItOut() throws Exception {
        String foreign = "<oai:record><oai:header><oai:identifier>ivo://foreign.org/x</oai:identifier></oai:header>"
                + "<oai:metadata>" + Fixture.record("ivo://foreign.org/x", "Foreign") + "</oai:metadata></oai:record>";
        harvest(query -> list("", foreign));
        assertThat(f.registry.find(new Ivoid("ivo://foreign.org/x"))).isEmpty();
        f.context.harvests().release(SOURCE.toString(), "ivo://foreign.org/x");
        assertThat(f.registry.find(new Ivoid("ivo://foreign.org/x")).orElseThrow().title)
                .isEqualTo("Foreign");
        assertThat(f.context.harvests().sources().held()).isZero();
        f.clock.move(Duration.ofDays(2));
        harvest(query -> list("", foreign.replace("Foreign", "Changed")));
        assertThat(f.registry.find(new Ivoid("ivo://foreign.org/x")).orElseThrow().title)
                .isEqualTo("Changed");
    }

    @Test
    void wrongDatesAreNotedAndNotBelieved() {
        harvest(query -> list(
                "",
                record(
                        "future",
                        "2999-01-01T00:00:00Z",
                        Fixture.record("ivo://source.org/future", "Future")
                                .replace("2026-01-10T09:00:00Z", "2999-01-10T09:00:00Z")),
                record(
                        "nonsense",
                        "the day before yesterday",
                        Fixture.record("ivo://source.org/nonsense", "Nonsense")
                                .replace("2026-01-10T09:00:00Z", "the thirteenth"))));
        assertThat(found("future").changed()).isEqualTo(f.clock.instant());
        assertThat(found("nonsense").changed()).isEqualTo(f.clock.instant());
        assertThat(found("nonsense").faults).contains("/@created: Not a time");
        assertThat(found("future").faults).contains("/@created: In the future");
    }

    @Test
    void markUpInATitleIsText() throws Exception {
        try (RegistryServer server = new RegistryServer(DatabaseKind.H2, 100)) {
            new Harvester(
                            server.fixture.registry.records(),
                            (address, most) -> answer(
                                            address.getRawQuery().contains("Identify")
                                                    ? IDENTIFY
                                                    : list("", good("x", "&lt;script&gt;alert(1)&lt;/script&gt;")))
                                    .getBytes(StandardCharsets.UTF_8),
                            Fixture.harvesting(Schemas.NONE, SMALL),
                            server.fixture.clock)
                    .harvest(SOURCE);
            for (String path : List.of("/?q=alert", "/record/source.org/x", "/search?q=alert")) {
                String page = java.net.http.HttpClient.newHttpClient()
                        .send(
                                java.net.http.HttpRequest.newBuilder(URI.create(server.base() + path))
                                        .header("Accept", "text/html")
                                        .build(),
                                java.net.http.HttpResponse.BodyHandlers.ofString())
                        .body();
                assertThat(page).as(path).contains("&lt;script&gt;").doesNotContain("<script");
            }
        }
    }

    @Test
    void bombsAreRefused() {
        SourceRow entities = harvest(query -> "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
                + "<oai:OAI-PMH xmlns:oai=\"http://www.openarchives.org/OAI/2.0/\">&b;</oai:OAI-PMH>");
        assertThat(entities.message).contains("DOCTYPE");
        SourceRow deep = harvest(query -> list("", "<a>".repeat(5000) + "</a>".repeat(5000)));
        assertThat(deep.message).contains("cannot be read");
        assertThat(f.registry.search(org.planisphere.registry.search.Wanted.ALL).rows())
                .as("the registry's own records")
                .hasSize(3);
    }

    @Test
    void aRecordBeyondAllMeasureIsHeldAndTheOthersAreTaken() {
        SourceRow row = harvest(query -> list(
                "",
                record("large", "2026-01-01", "<a xmlns=\"urn:x\">" + "<b/>".repeat(2000) + "</a>"),
                good("small", "Small")));
        assertThat(row.message).isNull();
        assertThat(found("small").title).isEqualTo("Small");
        assertThat(f.context.harvests().sources().quarantine(SOURCE.toString(), "", 10))
                .extracting((QuarantineRow held) -> held.reason)
                .containsExactly("the record has more than 500 nodes");
    }

    @Test
    void tenGigabytesAreNotRead() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        AtomicLong sent = new AtomicLong();
        server.createContext("/oai", call -> {
            call.sendResponseHeaders(200, 10L << 30);
            byte[] some = "x".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
            try (OutputStream out = call.getResponseBody()) {
                while (sent.addAndGet(some.length) < 10L << 30) {
                    out.write(some);
                }
            }
        });
        server.start();
        try {
            String host = "127.0.0.1:" + server.getAddress().getPort();
            SourceRow row = harvest(
                    Web.guarded(List.of(host), Duration.ofSeconds(20)), URI.create("http://" + host + "/oai"), SMALL);
            assertThat(row.message).contains("cannot be read");
            assertThat(sent.get()).isLessThan(64L << 20);
        } finally {
            server.stop(0);
        }
    }
}
