package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.harvest.HarvestSettings;
import org.planisphere.registry.harvest.Harvester;
import org.planisphere.registry.harvest.Limits;
import org.planisphere.registry.publish.Refusal;
import org.planisphere.registry.publish.Web;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Schemas;
import org.planisphere.registry.search.Wanted;
import org.planisphere.registry.store.RecordRow;
import org.planisphere.registry.store.SourceRow;

/** What planners say of themselves beyond VOResource, by the schema of our own. */
class RegistryExtensionTest {
    private static final Path XSD = Path.of(System.getProperty("planisphere.data", "../../shared/data"))
            .toAbsolutePath()
            .resolve("xsd");
    private static final String KIND = "https://www.purl.org/planisphere/kinds/executable/python-program";

    /** As a planner writes it. */
    private static String capabilities(String base, String more) {
        return FakeWeb.capabilities(base, "ivo://ivoa.net/std/ExecutionBroker#rest-1.0")
                .replace(
                        "<v:capabilities ",
                        "<v:capabilities xmlns:ebr=\"https://www.purl.org/planisphere/registry/v1.0\" ")
                .replace(
                        "<capability standardID=\"ivo://ivoa.net/std/ExecutionBroker#rest-1.0\">",
                        "<capability standardID=\"ivo://ivoa.net/std/ExecutionBroker#rest-1.0\""
                                + " xsi:type=\"ebr:ExecutionBroker\">")
                .replaceFirst(
                        "(?s)</interface>(\\s*)</capability>(\\s*)</v:", "</interface>" + more + "</capability></v:");
    }

    private static final String SAID = "<executableKind>" + KIND + "</executableKind><format>application/json</format>"
            + "<shape cores=\"2\" memory=\"4096\" storage=\"0\" accelerators=\"0\">small</shape>";

    private static Fixture fixture() {
        assumeTrue(Files.isDirectory(XSD), "no schemas in " + XSD);
        return new Fixture(
                DatabaseKind.H2, URI.create("http://registry.example/registry"), 100, Schemas.of(XSD), Map.of());
    }

    @Test
    void aPlannerThatNamesItsKindsIsValidAndFoundByThem() throws Exception {
        try (Fixture f = fixture()) {
            f.web.planner("http://p.example/planner");
            f.web.put("http://p.example/planner/capabilities", capabilities("http://p.example/planner", SAID));

            f.registry.register(Fixture.of("http://p.example/planner/capabilities"), Fixture.PUBLISHER);

            assertThat(f.registry
                            .find(new Ivoid("ivo://example.planner/planner/p.example"))
                            .orElseThrow()
                            .record)
                    .contains("xsi:type=\"ebr:ExecutionBroker\"")
                    .contains("xmlns:ebr=\"https://www.purl.org/planisphere/registry/v1.0\"");
            for (String kind : new String[] {KIND, "python-program", "Python-Program"}) {
                assertThat(f.registry.search(kind(kind)).rows()).as(kind).hasSize(1);
            }
            assertThat(f.registry.search(kind("jupyter-notebook")).rows()).isEmpty();
            try (Connection connection = f.database.dataSource().getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet found = statement.executeQuery(
                            "SELECT detail_xpath, detail_value FROM rr.res_detail WHERE detail_xpath LIKE"
                                    + " '/capability/executableKind' OR detail_xpath LIKE '/capability/shape/@cores'"
                                    + " ORDER BY 1")) {
                assertThat(found.next()).isTrue();
                assertThat(found.getString(2)).isEqualTo(KIND);
                assertThat(found.next()).isTrue();
                assertThat(found.getString(2)).isEqualTo("2");
            }
        }
    }

    @Test
    void aPlannerThatDoesNotNameItsKindsInItsRecordIsAskedAndFoundByThem() throws Exception {
        String base = "http://p.example/planner";
        String address = base + "/capabilities";
        try (Fixture f = new Fixture(DatabaseKind.H2)) {
            f.web.planner(base);
            f.web.put(address + "?extension=true", capabilities(base, SAID));
            RecordRow row = f.registry.register(Fixture.of(address), Fixture.PUBLISHER);
            assertThat(row.record).as("valid for every harvester").doesNotContain("ebr:", "executableKind");
            assertThat(f.registry.search(kind("python-program")).rows())
                    .singleElement()
                    .satisfies(found -> assertThat(found.summary().kinds()).containsExactly(KIND));

            f.web.remove(address + "?extension=true");
            assertThat(f.registry.refresh(row)).isTrue();
            assertThat(f.registry.search(kind(KIND)).rows())
                    .as("it does not say now")
                    .hasSize(1);

            String other = KIND.replace("python-program", "java-program");
            f.web.put(
                    address + "?extension=true",
                    capabilities(base, SAID.replace(KIND, other + "</executableKind><executableKind>javascript:x")));
            assertThat(f.registry.refresh(row)).isTrue();
            assertThat(told(f)).containsExactly(other + " java-program");
            assertThat(f.registry.search(kind("python-program")).rows()).isEmpty();
            assertThat(f.registry.search(kind("java-program")).rows())
                    .singleElement()
                    .satisfies(found -> {
                        assertThat(found.summary().kinds()).containsExactly(other);
                        assertThat(found.changed())
                                .as("harvesters see no change")
                                .isEqualTo(row.changed());
                    });
        }
    }

    @Test
    void whatTheSchemaDoesNotHaveIsRefused() throws Exception {
        try (Fixture f = fixture()) {
            f.web.put(
                    "http://p.example/planner/capabilities",
                    capabilities("http://p.example/planner", "<shape>no size</shape><load>0.7</load>"));

            Refusal refusal = catchThrowableOfType(
                    Refusal.class,
                    () -> f.registry.register(Fixture.of("http://p.example/planner/capabilities"), Fixture.PUBLISHER));

            assertThat(refusal.faults())
                    .anySatisfy(fault -> assertThat(fault.detail()).contains("cores"));
            assertThat(refusal.faults())
                    .anySatisfy(fault -> assertThat(fault.detail()).contains("load"));
        }
    }

    @Test
    void aRegistryThatOnlyHarvestsAPlannersRecordKnowsTheKindsItNames() throws Exception {
        try (Fixture publisher = fixture();
                Fixture f = fixture()) {
            String base = "http://p.example/planner";
            publisher.web.planner(base);
            publisher.web.put(base + "/capabilities", capabilities(base, SAID));
            RecordRow row = publisher.registry.register(Fixture.of(base + "/capabilities"), Fixture.PUBLISHER);
            String list = "<oai:ListRecords><oai:record><oai:header><oai:identifier>" + row.identifier
                    + "</oai:identifier></oai:header><oai:metadata>" + row.record
                    + "</oai:metadata></oai:record></oai:ListRecords>";
            String identify = "<oai:Identify><oai:description><Resource><managedAuthority>" + row.authority
                    + "</managedAuthority></Resource></oai:description></oai:Identify>";
            HarvestSettings other = new HarvestSettings(
                    "test",
                    Set.of("another.example"),
                    List.of(),
                    List.of(),
                    Duration.ofDays(1),
                    Duration.ofDays(180),
                    Schemas.of(XSD),
                    Limits.USUAL);
            Web source = (address, most) -> ("<oai:OAI-PMH xmlns:oai=\"http://www.openarchives.org/OAI/2.0/\">"
                            + (String.valueOf(address.getRawQuery()).contains("Identify") ? identify : list)
                            + "</oai:OAI-PMH>")
                    .getBytes(StandardCharsets.UTF_8);

            SourceRow harvested = new Harvester(f.registry.records(), source, other, f.clock)
                    .harvest(URI.create("http://source.example/oai"));

            assertThat(harvested.message).isNull();
            assertThat(f.registry.search(kind("python-program")).rows())
                    .singleElement()
                    .satisfies(found -> {
                        assertThat(found.origin).isEqualTo(RecordRow.HARVESTED);
                        assertThat(found.faults).isNull();
                    });
            assertThat(told(f)).containsExactly(KIND + " python-program");

            var unused = f.registry.records().change(new Ivoid(row.identifier), gone -> gone.bury(f.clock.instant()));
            assertThat(told(f)).isEmpty();
        }
    }

    /** What queries find of the kinds. */
    private static List<String> told(Fixture f) throws Exception {
        List<String> all = new ArrayList<>();
        try (Connection connection = f.database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet found =
                        statement.executeQuery("SELECT kind, kind_name FROM planners.executable_kind ORDER BY kind")) {
            while (found.next()) {
                all.add(found.getString(1) + " " + found.getString(2));
            }
        }
        return all;
    }

    private static Wanted kind(String kind) {
        return new Wanted(null, null, null, null, null, null, null, kind, null, 50);
    }
}
