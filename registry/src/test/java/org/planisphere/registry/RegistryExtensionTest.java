package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.publish.Refusal;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Schemas;
import org.planisphere.registry.search.Wanted;
import org.planisphere.registry.store.RecordRow;

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

    private static Wanted kind(String kind) {
        return new Wanted(null, null, null, null, null, null, null, kind, null, 50);
    }
}
