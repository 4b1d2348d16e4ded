package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.store.RecordRow;

/** A list of thousands is read to its end while others write; nothing is lost, and no token comes back. OAI-PMH 3.5 */
class OaiWalkTest {
    private static final int RECORDS = 3000;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Pattern RECORD = Pattern.compile(
            "<oai:header( status=\"deleted\")?><oai:identifier>([^<]*)</oai:identifier><oai:datestamp>([^<]*)<");
    private static final Pattern TOKEN = Pattern.compile("<oai:resumptionToken[^>]*>([^<]+)<");

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void threeThousandRecordsAreReadWhileTheyChange(DatabaseKind kind) throws Exception {
        try (RegistryServer server = new RegistryServer(kind, 100)) {
            Fixture f = server.fixture;
            fill(f);
            AtomicBoolean over = new AtomicBoolean();
            AtomicReference<Throwable> broken = new AtomicReference<>();
            Set<String> added = new HashSet<>();
            Thread writer = new Thread(() -> write(f, over, added));
            writer.setUncaughtExceptionHandler((thread, e) -> broken.set(e));
            writer.start();
            Map<String, String> seen = new HashMap<>();
            List<String> tokens = new ArrayList<>();
            String query = "verb=ListRecords&metadataPrefix=ivo_vor&set=ivo_managed";
            while (query != null) {
                String answer = get(server, query);
                Matcher record = RECORD.matcher(answer);
                int onPage = 0;
                while (record.find()) {
                    seen.put(record.group(2).toLowerCase(java.util.Locale.ROOT), record.group(3));
                    onPage++;
                }
                assertThat(onPage).isBetween(1, 100);
                Matcher token = TOKEN.matcher(answer);
                query = null;
                if (token.find()) {
                    assertThat(tokens).doesNotContain(token.group(1));
                    tokens.add(token.group(1));
                    query = "verb=ListRecords&resumptionToken="
                            + URLEncoder.encode(token.group(1), StandardCharsets.UTF_8);
                }
                assertThat(tokens).as("the list ends").hasSizeLessThan(RECORDS / 100 + 100);
                if (tokens.size() == 20) {
                    // From here on the list is no longer run after.
                    over.set(true);
                    writer.join(60_000);
                }
            }
            assertThat(broken.get()).isNull();
            assertThat(tokens).hasSizeGreaterThan(28);
            for (RecordRow row : f.registry.records().find(keys(added))) {
                assertThat(seen).as(row.ivoid).containsKey(row.ivoid);
                assertThat(seen.get(row.ivoid))
                        .as("the last change of " + row.ivoid)
                        .isEqualTo(Resource.stamp(row.changed()));
            }
            for (String key : keys(added)) {
                assertThat(seen).containsKey(key);
            }
            String expired =
                    "verb=ListRecords&resumptionToken=" + URLEncoder.encode(tokens.get(3), StandardCharsets.UTF_8);
            assertThat(get(server, expired)).contains("<oai:record>");
            f.clock.move(Duration.ofHours(7));
            assertThat(get(server, expired)).contains("badResumptionToken", "expired");
        }
    }

    private static List<String> keys(Set<String> added) {
        List<String> keys = new ArrayList<>(added);
        for (int i = 0; i < RECORDS; i++) {
            keys.add("ivo://example.planner/w" + i);
        }
        return keys;
    }

    private static void fill(Fixture f) throws Exception {
        for (int from = 0; from < RECORDS; from += 500) {
            int first = from;
            f.clock.move(Duration.ofSeconds(1));
            List<Resource> page = new ArrayList<>();
            for (int i = first; i < first + 500; i++) {
                page.add(Resource.read(Fixture.record("ivo://example.planner/w" + i, "Record " + i)));
            }
            f.registry.records().write(writing -> {
                for (Resource resource : page) {
                    RecordRow row = new RecordRow();
                    row.fill(resource, f.clock.instant());
                    row.managed = true;
                    writing.manager().persist(row);
                    writing.touch(row);
                }
                return page.size();
            });
        }
        f.clock.move(Duration.ofSeconds(1));
    }

    /** Changes, deletes and adds records, several in a second, until it is told to stop. */
    private static void write(Fixture f, AtomicBoolean over, Set<String> added) {
        Random dice = new Random(11);
        for (int i = 0; !over.get() && i < 300; i++) {
            try {
                String name = "ivo://example.planner/w" + dice.nextInt(RECORDS);
                if (i % 7 == 3) {
                    f.registry.delete(new Ivoid(name), Fixture.PUBLISHER);
                } else {
                    String which = i % 7 == 5 ? "ivo://example.planner/x" + i : name;
                    if (i % 7 == 5) {
                        added.add(which);
                    }
                    f.registry.publish(
                            Fixture.record(which, "Changed " + i).getBytes(StandardCharsets.UTF_8),
                            null,
                            Fixture.PUBLISHER);
                }
            } catch (org.planisphere.registry.publish.Refusal e) {
                throw new IllegalStateException(e);
            }
            if (i % 3 == 0) {
                f.clock.move(Duration.ofSeconds(1));
            }
        }
    }

    private static String get(RegistryServer server, String query) throws Exception {
        return CLIENT.send(
                        HttpRequest.newBuilder(URI.create(server.base() + "/oai?" + query))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
