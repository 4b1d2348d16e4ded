package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.resource.Ivoid;

/** Debian's xmllint takes every answer of every verb, and what VOSI tells; with the schemas beside the checkout. */
class XmllintTest {
    private static final Path XSD = Path.of(System.getProperty("planisphere.data", "../../shared/data"))
            .toAbsolutePath()
            .normalize()
            .resolve("xsd");

    @TempDir
    Path folder;

    @Test
    void everyAnswerOfEveryVerbIsValid() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/xmllint")), "xmllint is not installed");
        assumeTrue(Files.isDirectory(XSD), "no schemas in " + XSD);
        Path schema = folder.resolve("all.xsd");
        Files.writeString(
                schema,
                Files.readString(XSD.resolve("ivoa-bundle.xsd"))
                        .replace("schemaLocation=\"", "schemaLocation=\"" + XSD + "/")
                        .replace(
                                "</xs:schema>",
                                imported("http://www.openarchives.org/OAI/2.0/", "OAI-PMH.xsd")
                                        + imported("http://www.openarchives.org/OAI/2.0/oai_dc/", "oai_dc.xsd")
                                        + imported(
                                                "http://www.ivoa.net/xml/VOSICapabilities/v1.0",
                                                "VOSICapabilities-v1.0.xsd")
                                        + imported(
                                                "http://www.ivoa.net/xml/VOSIAvailability/v1.0",
                                                "VOSIAvailability-v1.0.xsd")
                                        + "</xs:schema>"));
        List<String> command =
                new ArrayList<>(List.of("/usr/bin/xmllint", "--noout", "--nonet", "--schema", schema.toString()));
        try (RegistryServer server = new RegistryServer(DatabaseKind.H2, 3)) {
            server.fixture.web.planner("http://p.example/planner");
            server.fixture.registry.register(
                    Fixture.of("http://p.example/planner/capabilities", "First & <foremost>"), Fixture.PUBLISHER);
            server.fixture.registry.publish(
                    Fixture.record("ivo://example.planner/gone", "Gone").getBytes(StandardCharsets.UTF_8),
                    null,
                    Fixture.PUBLISHER);
            server.fixture.clock.move(Duration.ofMinutes(1));
            server.fixture.registry.delete(new Ivoid("ivo://example.planner/gone"), Fixture.PUBLISHER);
            for (String path : List.of(
                    "/oai?verb=Identify",
                    "/oai?verb=ListMetadataFormats",
                    "/oai?verb=ListMetadataFormats&identifier=ivo://example.planner/registry",
                    "/oai?verb=ListSets",
                    "/oai?verb=ListIdentifiers&metadataPrefix=ivo_vor",
                    "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set=ivo_managed",
                    "/oai?verb=ListRecords&metadataPrefix=ivo_vor",
                    "/oai?verb=ListRecords&metadataPrefix=oai_dc",
                    "/oai?verb=ListRecords&metadataPrefix=ivo_vor&from=2026-11-21T06:01:00Z",
                    "/oai?verb=GetRecord&metadataPrefix=ivo_vor&identifier=ivo://example.planner/planner/p.example",
                    "/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=IVO://Example.Planner/planner/p.example",
                    "/oai?verb=GetRecord&metadataPrefix=ivo_vor&identifier=ivo://example.planner",
                    "/oai?verb=GetRecord&metadataPrefix=ivo_vor&identifier=ivo://example.planner/registry",
                    "/oai?verb=GetRecord&metadataPrefix=ivo_vor&identifier=ivo://example.planner/std/ExecutionBroker",
                    "/oai?verb=GetRecord&metadataPrefix=none&identifier=ivo://example.planner",
                    "/oai?verb=GetRecord&metadataPrefix=ivo_vor&identifier=ivo://example.planner/none",
                    "/oai?verb=ListRecords&metadataPrefix=ivo_vor&from=2030-01-01",
                    "/oai?verb=ListRecords&resumptionToken=junk",
                    "/oai?verb=Nothing",
                    "/oai",
                    "/records/example.planner/planner/p.example",
                    "/capabilities",
                    "/availability",
                    "/tap/capabilities",
                    "/tap/availability")) {
                Path file = folder.resolve(command.size() + ".xml");
                HttpResponse<String> answer = HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create(server.base() + path))
                                        .header("Accept", "application/xml, text/xml")
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(path).isEqualTo(200);
                Files.writeString(file, answer.body());
                command.add(file.toString());
            }
        }
        Path said = folder.resolve("said");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(said).lines().filter(line -> !line.endsWith(" validates")))
                .isEmpty();
        assertThat(process.exitValue()).isZero();
    }

    private static String imported(String namespace, String file) {
        return "<xs:import namespace=\"" + namespace + "\" schemaLocation=\"" + XSD + "/" + file + "\"/>";
    }
}
