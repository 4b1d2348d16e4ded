package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseSettings;
import org.planisphere.registry.harvest.Harvester;
import org.planisphere.registry.harvest.Limits;
import org.planisphere.registry.publish.Web;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Schemas;
import org.planisphere.registry.store.RecordListener;
import org.planisphere.registry.store.Records;
import org.planisphere.registry.store.SourceRow;

/** A registry that is killed while it harvests goes on at the page it was at; the process is a real one. */
class KilledHarvestTest {
    private static final int RECORDS = 23;

    @TempDir
    Path folder;

    /** Harvests and stops, as the test says, at a page boundary or within a page, until it is killed. */
    public static void main(String[] arguments) throws Exception {
        boolean within = arguments[2].equals("within");
        int[] told = new int[1];
        RecordListener listener = (connection, changed) -> {
            if (++told[0] == 3 && within) {
                waitForTheEnd();
            }
        };
        Web web = Web.guarded(List.of(URI.create(arguments[1]).getRawAuthority()), Duration.ofSeconds(20));
        Web stops = (address, most) -> {
            if (!within && address.getRawQuery().contains("resumptionToken=15")) {
                // The pages before are being stored; the test looks for that.
                waitForTheEnd();
            }
            return web.get(address, most);
        };
        try (Database database = Database.open(new DatabaseSettings(arguments[0], "", "", 4));
                Records records = new Records(database, listener)) {
            var unused = harvester(records, stops).harvest(URI.create(arguments[1]));
        }
    }

    private static void waitForTheEnd() {
        System.out.println("here");
        System.out.flush();
        while (!Thread.currentThread().isInterrupted()) {
            LockSupport.park();
        }
    }

    private static Harvester harvester(Records records, Web web) {
        return new Harvester(records, web, Fixture.harvesting(Schemas.NONE, Limits.USUAL), Clock.systemUTC());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"between pages", "within"})
    @Timeout(120)
    void goesOnWhereItWasKilled(String where) throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/oai", call -> {
            String query = URLDecoder.decode(call.getRequestURI().getRawQuery(), StandardCharsets.UTF_8);
            asked.add(query);
            byte[] bytes = answer(query).getBytes(StandardCharsets.UTF_8);
            call.sendResponseHeaders(200, bytes.length);
            call.getResponseBody().write(bytes);
            call.close();
        });
        server.start();
        try {
            String source = "http://127.0.0.1:" + server.getAddress().getPort() + "/oai";
            String url = "jdbc:h2:file:" + folder.resolve("registry");
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            KilledHarvestTest.class.getName(),
                            url,
                            source,
                            where)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (BufferedReader out = process.inputReader()) {
                String line = out.readLine();
                while (line != null && !line.equals("here")) {
                    line = out.readLine();
                }
                assertThat(line).isEqualTo("here");
            } finally {
                process.destroyForcibly();
            }
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            asked.clear();
            try (Database database = Database.open(new DatabaseSettings(url, "", "", 4));
                    Records records = new Records(database)) {
                Web web = Web.guarded(List.of(URI.create(source).getRawAuthority()), Duration.ofSeconds(20));
                SourceRow row = harvester(records, web).harvest(URI.create(source));
                assertThat(row.message).isNull();
                assertThat(row.run).as("the same harvest").isEqualTo(1);
                assertThat(row.seen).as("no page twice, none left out").isEqualTo(RECORDS);
                assertThat(asked).as("not from the beginning").noneMatch(query -> query.contains("metadataPrefix"));
                for (int i = 0; i < RECORDS; i++) {
                    assertThat(records.find(new Ivoid("ivo://source.org/r" + i)))
                            .isPresent();
                }
            }
        } finally {
            server.stop(0);
        }
    }

    private static String answer(String query) {
        StringBuilder xml = new StringBuilder("<oai:OAI-PMH xmlns:oai=\"http://www.openarchives.org/OAI/2.0/\">"
                + "<oai:responseDate>" + Resource.stamp(Clock.systemUTC().instant()) + "</oai:responseDate>");
        if (query.contains("Identify")) {
            xml.append("<oai:Identify><oai:description><Resource><managedAuthority>source.org</managedAuthority>"
                    + "</Resource></oai:description></oai:Identify>");
        } else {
            int from = query.contains("Token=") ? Integer.parseInt(query.substring(query.indexOf("Token=") + 6)) : 0;
            xml.append("<oai:ListRecords>");
            for (int i = from; i < Math.min(RECORDS, from + 5); i++) {
                xml.append("<oai:record><oai:header><oai:identifier>ivo://source.org/r" + i
                        + "</oai:identifier></oai:header><oai:metadata>"
                        + Fixture.record("ivo://source.org/r" + i, "Record " + i) + "</oai:metadata></oai:record>");
            }
            if (from + 5 < RECORDS) {
                xml.append("<oai:resumptionToken>" + (from + 5) + "</oai:resumptionToken>");
            }
            xml.append("</oai:ListRecords>");
        }
        return xml.append("</oai:OAI-PMH>").toString();
    }
}
