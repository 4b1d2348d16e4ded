package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.database.DatabaseKind;

/** The programs of the VO ask our registry; skipped where Debian's stilts or python3-pyvo is not installed. */
class TapClientsTest {
    private static RegistryServer server;

    @BeforeAll
    static void begin() throws Exception {
        server = new RegistryServer(DatabaseKind.H2, 100);
        server.fixture.web.planner("http://p.example/planner");
        server.fixture.registry.register(
                Fixture.of("http://p.example/planner/capabilities", "First planner"), Fixture.PUBLISHER);
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @Test
    void taplintFindsNoError() throws Exception {
        assumeThat(Path.of("/usr/bin/stilts")).as("stilts is not installed").isExecutable();
        String report = run(List.of(
                "stilts",
                "taplint",
                "tapurl=" + server.base() + "/tap",
                "stages=TMV TME TMS TMC CPV CAP AVV QGE QPO QAS UWS MDQ EXA"));
        assertThat(report).contains("Totals: Errors: 0;");
        assertThat(report.lines().filter(line -> line.startsWith("E-") || line.startsWith("F-")))
                .isEmpty();
    }

    @Test
    void pyvoFindsAPlannerAtOnceAndAsAJob() throws Exception {
        assumeThat(Path.of("/usr/lib/python3/dist-packages/pyvo"))
                .as("python3-pyvo is not installed")
                .isDirectory();
        String program = """
                import sys, warnings
                warnings.simplefilter("ignore")
                import pyvo
                service = pyvo.dal.TAPService(sys.argv[1])
                query = ("SELECT ivoid, access_url FROM rr.capability NATURAL JOIN rr.interface"
                         " WHERE standard_id ILIKE '%s' AND intf_role='std' AND authenticated_only=0")
                for text in ("ivo://ivoa.net/std/executionbroker%", "IVO://IVOA.NET/STD/EXECUTIONBROKER%"):
                    print("found", [row["access_url"] for row in service.search(query % text)])
                job = service.submit_job("SELECT ivoid FROM rr.resource")
                job.run().wait(phases=["COMPLETED", "ERROR", "ABORTED"], timeout=60)
                print(job.phase, len(job.fetch_result()))
                job.delete()
                import pyvo.registry.regtap as regtap
                regtap.REGISTRY_BASEURL = sys.argv[1]
                # This pyvo looks for services of the types it knows; what planners are is one entry more.
                print("before", len(pyvo.registry.search(keywords=["planner"])))
                regtap._service_type_map["planner"] = "ExecutionBroker#rest-1.0"
                for asked in ({"keywords": ["First", "offers"]}, {"servicetype": "planner"},
                              {"servicetype": "ExecutionBroker#rest-1.0", "keywords": "virtual-observatories"}):
                    print("searched", sorted({r.access_url for r in pyvo.registry.search(**asked)}))
                print("none", len(pyvo.registry.search(keywords=["nothing-of-this-name"])))
                """;
        assertThat(run(List.of("/usr/bin/python3", "-c", program, server.base() + "/tap")))
                .contains("found ['http://p.example/planner']\nfound ['http://p.example/planner']")
                .contains("COMPLETED 4")
                .contains("before 0\n" + "searched ['http://p.example/planner']\n".repeat(3) + "none 0");
    }

    private static String run(List<String> command) throws Exception {
        Path output = Files.createTempFile("planisphere-client", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(5, TimeUnit.MINUTES);
            process.destroyForcibly();
            String text = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(ended).as(text).isTrue();
            return text;
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
