package org.planisphere.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.client.TestServer;
import org.planisphere.wire.codec.Json;

@Timeout(60)
class MainTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    @TempDir
    Path folder;

    private TestServer first;
    private TestServer second;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> environment = new HashMap<>();
    private boolean colour;
    private int width = 100;

    @BeforeEach
    void begin() throws Exception {
        first = new TestServer();
        second = new TestServer();
        environment.put("XDG_STATE_HOME", folder.resolve("state").toString());
    }

    @AfterEach
    void end() {
        first.close();
        second.close();
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), false, colour, width);
        Kit kit = new Kit(
                terminal,
                new ByteArrayInputStream(new byte[0]),
                environment,
                Memory.of(environment),
                Clock.fixed(NOW, ZoneOffset.UTC));
        return Main.run(kit, arguments);
    }

    private String task() throws IOException {
        Path file = folder.resolve("task.yaml");
        Files.writeString(file, """
                executable:
                  kind: https://www.purl.org/planisphere/kinds/executable/process
                  command: [echo, hello]
                """);
        return file.toString();
    }

    private static String offer(
            TestServer server, String id, String start, int cores, int memory, String duration, String price) {
        return """
               {"kind":"https://example.org/kinds/session/scheduled-execution-session","phase":"OFFERED",
                "expires":"2026-11-21T10:05:00Z","meta":{"uuid":"%s","url":"%s"},
                "compute":{"cores":{"min":%d,"max":%d},"memory":{"min":%d,"max":%d}},
                "schedule":{"available":{"start":"%s/PT1M","duration":"%s"}},
                "costs":[{"type":"https://www.purl.org/planisphere/costs/money#EUR","min":%s,"max":%s}]}""".formatted(
                        id, server.at("/sessions/" + id), cores, cores, memory, memory, start, duration, price, price);
    }

    private void offering(TestServer server, String... offers) {
        server.json("POST /requests", 200, "{\"result\":\"YES\",\"offers\":[" + String.join(",", offers) + "]}");
    }

    private void refusing(TestServer server, String... reasons) {
        StringBuilder messages = new StringBuilder();
        for (String reason : reasons) {
            messages.append(messages.length() == 0 ? "" : ",")
                    .append("{\"level\":\"WARN\",\"message\":\"")
                    .append(reason)
                    .append("\"}");
        }
        server.json("POST /requests", 200, "{\"result\":\"NO\",\"meta\":{\"messages\":[" + messages + "]}}");
    }

    private int ask(String... more) throws IOException {
        String[] arguments = new String[6 + more.length];
        System.arraycopy(
                new String[] {
                    "ask",
                    task(),
                    "--planner",
                    first.base().toString(),
                    "--planner",
                    second.base().toString()
                },
                0,
                arguments,
                0,
                6);
        System.arraycopy(more, 0, arguments, 6, more.length);
        return run(arguments);
    }

    private String shown() {
        return out.toString()
                .replace(first.base().getAuthority(), "first:80")
                .replace(second.base().getAuthority(), "second:80");
    }

    @Nested
    class Asking {
        @Test
        void showsTheOffersOfAllPlannersSideBySide() throws Exception {
            offering(
                    first,
                    offer(first, "a", "2026-11-21T10:00:05Z", 1, 2, "PT5M", "0"),
                    offer(first, "b", "2026-11-21T14:30:00Z", 2, 2, "PT5M", "0"));
            offering(second, offer(second, "c", "2026-11-21T10:00:30Z", 4, 16, "PT90M", "0.0625"));

            registry("Observatory", "Cloud by the hour");

            assertThat(run("ask", task(), "--registry", first.base().toString()))
                    .isEqualTo(Exit.OK);

            assertThat(out.toString()).isEqualTo("""
                             #  PLANNER            START  CORES  MEMORY     FOR      PRICE  HELD FOR
                             1  Observatory        now        1   2 GiB   5 min       free     5 min
                             2  Cloud by the hour  now        4  16 GiB  90 min  0.063 EUR     5 min
                             3  Observatory        14:30      2   2 GiB   5 min       free     5 min
                            """);
            assertThat(err.toString()).contains("next: planisphere accept 1 --watch");
        }

        private void registry(String firstTitle, String secondTitle) {
            String entry = """
                    {"identifier":"ivo://x/%1$s","title":"%1$s","capabilities":[
                     {"standardID":"ivo://planisphere.local/std/ExecutionBroker","interfaces":[{"accessURL":"%2$s"}]}]}""";
            first.json(
                    "GET /search",
                    200,
                    "{\"items\":[" + entry.formatted(firstTitle, first.base()) + ","
                            + entry.formatted(secondTitle, second.base()) + "]}");
        }

        @Test
        void sortsAsAsked() throws Exception {
            offering(first, offer(first, "a", "2026-11-21T10:00:05Z", 1, 2, "PT5M", "3"));
            offering(second, offer(second, "c", "2026-11-21T11:00:00Z", 4, 16, "PT5M", "1"));

            ask("--sort", "price");
            assertThat(shown()).containsPattern("1 +second:80").containsPattern("2 +first:80");
            ask("--sort", "start");
            assertThat(shown()).containsPattern("1 +first:80");
        }

        @Test
        void saysWhyNotInThePlannersWords() throws Exception {
            refusing(first, "memory: asked 64 GiB, the limit is 8 GiB");
            offering(second, offer(second, "c", "2026-11-21T10:00:00Z", 4, 16, "PT5M", "1"));

            assertThat(ask()).isEqualTo(Exit.OK);
            assertThat(shown()).containsPattern("NO +first:80 +memory: asked 64 GiB, the limit is 8 GiB\\.");
        }

        @Test
        void givesEveryReasonALineAndKeepsTheLastOffers() throws Exception {
            offering(first, offer(first, "a", "2026-11-21T10:00:05Z", 1, 2, "PT5M", "0"));
            refusing(second, "no");
            ask();
            refusing(first, "too long", "too large.");

            assertThat(ask()).isEqualTo(Exit.NO);

            assertThat(out.toString().lines().map(String::strip)).contains("too large.");
            assertThat(out.toString()).doesNotContain("PLANNER");
            assertThat(Memory.of(environment).offers()).hasSize(1);
        }

        @Test
        void endsWith1WhenAllSayNo() throws Exception {
            refusing(first, "too long");
            refusing(second, "too short");
            assertThat(ask()).isEqualTo(Exit.NO);
        }

        @Test
        void endsWith4WhenNobodyAnswers() throws Exception {
            first.close();
            second.close();
            assertThat(ask("--timeout", "1")).isEqualTo(Exit.UNREACHABLE);
            assertThat(shown()).contains("refuses the connection");
            assertThat(err.toString()).contains("./planisphere up");
        }

        @Test
        void printsJson() throws Exception {
            refusing(first, "too long");
            offering(second, offer(second, "c", "2026-11-21T10:00:00Z", 4, 16, "PT5M", "1"));

            ask("--json");

            JsonNode tree = Json.mapper().readTree(out.toString());
            assertThat(tree.at("/offers/0/session/compute/cores/min").asInt()).isEqualTo(4);
            assertThat(tree.at("/offers/0/url").asText())
                    .isEqualTo(second.at("/sessions/c").toString());
            assertThat(tree.at("/refusals/0/messages/0/message").asText()).isEqualTo("too long");
        }

        @Test
        void findsThePlannersInTheRegistry() throws Exception {
            first.json("GET /search", 200, """
                    {"items":[{"identifier":"ivo://x/p","title":"Second \\u001b[31mplanner","capabilities":[
                     {"standardID":"ivo://planisphere.local/std/ExecutionBroker","interfaces":[{"accessURL":"%s"}]}]}]}""".formatted(second.base()));
            offering(second, offer(second, "c", "2026-11-21T10:00:00Z", 4, 16, "PT5M", "1"));

            assertThat(run("ask", task(), "--registry", first.base().toString()))
                    .isEqualTo(Exit.OK);
            assertThat(out.toString()).contains("Second  [31mplanner").doesNotContain("\u001b");
        }

        @Test
        void fitsItselfToANarrowTerminal() throws Exception {
            width = 60;
            refusing(first, "memory: asked 64 GiB, and the limit is 8 GiB for everyone who comes without a token");
            offering(second, offer(second, "c", "2026-11-21T10:00:00Z", 4, 16, "PT5M", "1"));

            ask();

            assertThat(out.toString().lines()).allMatch(line -> line.length() <= 60);
            assertThat(out.toString()).contains("token").contains("CORES").contains("PRICE");
        }

        @Test
        void tellsEveryFaultOfATaskFile() throws Exception {
            Path file = folder.resolve("wrong.json");
            Files.writeString(file, "{\"executable\":\"none\",\"compute\":{\"cores\":{\"min\":\"two\"}}}");

            assertThat(run("ask", file.toString())).isEqualTo(Exit.USAGE);
            assertThat(err.toString())
                    .contains("read as JSON")
                    .contains("/executable")
                    .contains("/compute/cores/min");
        }

        @Test
        void makesAddressesOfFilesBesideTheTask() throws Exception {
            Files.writeString(folder.resolve("my stars.py"), "print('Sirius')");
            Path file = folder.resolve("task.xml");
            Files.writeString(file, """
                    <offers-request><executable kind="https://www.purl.org/planisphere/kinds/executable/python-program">
                    <location>my stars.py</location></executable></offers-request>""");
            refusing(first, "no");

            run("ask", file.toString(), "--planner", first.base().toString());

            String location = Json.mapper()
                    .readTree(first.seen.get(0).body())
                    .at("/executable/location")
                    .asText();
            assertThat(Path.of(URI.create(location))).isEqualTo(folder.resolve("my stars.py"));
        }

        @Test
        void showsColoursOnlyWhereTheyAreWanted() throws Exception {
            offering(first, offer(first, "a", "2026-11-21T10:00:05Z", 1, 2, "PT5M", "3"));
            offering(second);
            ask();
            assertThat(out.toString()).doesNotContain("\u001b");
            colour = true;
            ask();
            assertThat(out.toString()).contains("\u001b[32m");
        }
    }

    @Nested
    class Using {
        @BeforeEach
        void asked() throws Exception {
            offering(first, offer(first, "a", "2026-11-21T10:00:05Z", 1, 2, "PT5M", "0"));
            refusing(second, "no");
            ask();
            first.seen.clear();
        }

        private void phase(String phase) {
            first.json("POST /sessions/a", 200, "{\"phase\":\"" + phase + "\"}");
        }

        @Test
        void acceptsByNumberAndRemembersTheSession() throws Exception {
            phase("ACCEPTED");

            assertThat(run("accept", "1")).isEqualTo(Exit.OK);
            assertThat(out.toString()).isEqualTo("ACCEPTED " + first.at("/sessions/a") + "\n");

            phase("CANCELLED");
            assertThat(run("cancel")).isEqualTo(Exit.OK);
            assertThat(first.seen)
                    .extracting(seen -> seen.body().contains("CANCELLED"))
                    .containsExactly(false, true);
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(folder.resolve("state/planisphere/offers.json"))))
                    .isEqualTo("rw-------");
        }

        @Test
        void hasInputsFetchedInOnesOwnName() throws Exception {
            phase("ACCEPTED");

            assertThat(run("accept", "1", "--delegate", "data")).isEqualTo(Exit.OK);
            assertThat(first.seen)
                    .singleElement()
                    .extracting(seen -> seen.header("Planisphere-Delegate"))
                    .isEqualTo("data");
            assertThat(run("accept", "1", "--delegate", "everything")).isEqualTo(Exit.USAGE);
        }

        @Test
        void givesBackWhatOtherPlannersHold() throws Exception {
            offering(second, offer(second, "c", "2026-11-21T10:00:00Z", 4, 16, "PT5M", "1"));
            ask();
            first.seen.clear();
            second.seen.clear();
            phase("ACCEPTED");
            second.json("POST /sessions/c", 200, "{\"phase\":\"REJECTED\"}");

            assertThat(run("accept", first.at("/sessions/a").toString(), "--reject-others"))
                    .isEqualTo(Exit.OK);

            assertThat(first.seen).singleElement().matches(seen -> seen.body().contains("ACCEPTED"));
            assertThat(second.seen).singleElement().matches(seen -> seen.body().contains("REJECTED"));
        }

        @Test
        void endsWith3AndSaysWhatToDoWhenTheOfferIsGone() {
            first.on(
                    "POST /sessions/a",
                    (call, seen) -> TestServer.send(
                            call,
                            409,
                            "application/problem+json",
                            "{\"title\":\"Offer expired\",\"detail\":\"It expired at 10:05.\"}"));

            assertThat(run("accept", "1")).isEqualTo(Exit.REFUSED);
            assertThat(err.toString())
                    .isEqualTo("planisphere: Offer expired: It expired at 10:05.\nnext: see what may be done now: "
                            + "planisphere update SESSION, or ask again: planisphere ask TASKFILE\n");
        }

        @Test
        void saysWhatNumbersThereAre() {
            assertThat(run("accept", "7")).isEqualTo(Exit.USAGE);
            assertThat(err.toString()).contains("no offer 7").contains("planisphere offers");
        }

        @Test
        void showsTheOffersAsTheyStand() {
            width = 160;
            first.json(
                    "GET /sessions/a",
                    200,
                    offer(first, "a", "2026-11-21T10:00:05Z", 1, 2, "PT5M", "0").replace("OFFERED", "EXPIRED"));

            assertThat(run("offers")).isEqualTo(Exit.NO);
            assertThat(out.toString()).contains("EXPIRED").contains("SESSION").contains("/sessions/a");
        }

        @Test
        void changesASessionAlongItsOptions() {
            first.json("GET /sessions/a", 200, """
                    {"phase":"RUNNING","meta":{"options":[
                      {"kind":"uri:enum-value-option","path":"phase","values":["CANCELLED"]},
                      {"kind":"uri:integer-delta-option","path":"schedule/available/duration","min":-60,"max":600,"units":"s"}]}}""");
            phase("RUNNING");

            assertThat(run("update", "1")).isEqualTo(Exit.OK);
            assertThat(out.toString()).isEqualTo("""
                            CHANGE                         TO
                            phase=                         CANCELLED
                            schedule/available/duration+=  at least -60 at most 600 s
                            """);

            assertThat(run("update", "1", "schedule/available/duration+=300")).isEqualTo(Exit.OK);
            assertThat(first.seen.get(first.seen.size() - 1).body())
                    .contains("\"kind\":\"uri:integer-delta-update\"")
                    .contains("\"delta\":300")
                    .contains("\"units\":\"s\"");

            assertThat(run("update", "1", "compute/cores=4")).isEqualTo(Exit.REFUSED);
            assertThat(err.toString()).contains("no option compute/cores");
        }

        @Test
        void watchesPhasesAndOutputUntilTheEnd() {
            serveEvents("COMPLETED");

            assertThat(run("watch", "1")).isEqualTo(Exit.OK);

            assertThat(out.toString()).isEqualTo("""
                            10:00:01  RUNNING    Started.
                              │ Sirius is the brightest.
                              │ Kanöpus follows
                            10:00:03  COMPLETED  Done.
                            """);
            assertThat(err.toString()).contains("next: planisphere results");
        }

        @Test
        void endsWith1WhenTheTaskFails() {
            serveEvents("FAILED");
            assertThat(run("watch", "1")).isEqualTo(Exit.NO);
        }

        private void serveEvents(String end) {
            // What the task prints is there before the last event is.
            String text = "Sirius is the brightest.\n\u001b[1mKan\u00f6pus\u001b[0m follows";
            byte[] all = text.getBytes(StandardCharsets.UTF_8);
            java.util.concurrent.CountDownLatch read = new java.util.concurrent.CountDownLatch(1);
            first.json("GET /sessions/a", 200, "{\"phase\":\"" + end + "\"}");
            first.on("GET /sessions/a/stdout", (call, seen) -> {
                int from = Integer.parseInt(seen.header("Range").replaceFirst("bytes=([0-9]+)-.*", "$1"));
                if (from >= all.length) {
                    read.countDown();
                    TestServer.send(call, 416, "application/problem+json", "{}");
                    return;
                }
                // Cut in the middle of a letter.
                int to = Math.min(all.length, from + 34);
                call.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + all.length);
                call.sendResponseHeaders(206, to - from);
                call.getResponseBody().write(all, from, to - from);
                call.close();
            });
            first.on(
                    "GET /sessions/a/stderr",
                    (call, seen) -> TestServer.send(call, 416, "application/problem+json", "{}"));
            first.on("GET /sessions/a/events", (call, seen) -> {
                call.getResponseHeaders().set("Content-Type", "text/event-stream");
                call.sendResponseHeaders(200, 0);
                event(call, 1, "RUNNING", "Started.");
                try {
                    read.await();
                } catch (InterruptedException closed) {
                    Thread.currentThread().interrupt();
                }
                event(call, 3, end, "Done.");
                call.close();
            });
        }

        private void event(HttpExchange call, int id, String phase, String text) throws IOException {
            String event = "id: " + id + "\nevent: phase\ndata: {\"time\":\"2026-11-21T10:00:0" + id
                    + "Z\",\"phase\":\"" + phase + "\",\"message\":\"" + text + "\"}\n\n";
            call.getResponseBody().write(event.getBytes(StandardCharsets.UTF_8));
            call.getResponseBody().flush();
        }

        @Test
        void downloadsAndChecksResults() throws Exception {
            byte[] stars = "Sirius".getBytes(StandardCharsets.UTF_8);
            String digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(stars));
            first.json(
                    "GET /sessions/a/results", 200, """
                    {"items":[{"name":"stars.txt","size":6,"sha256":"%s","mediaType":"text/plain","url":"%s"}]}""".formatted(digest, first.at("/sessions/a/results/stars.txt")));
            first.on(
                    "GET /sessions/a/results/stars.txt",
                    (call, seen) -> TestServer.send(call, 200, "text/plain", "Sirius"));

            Path target = folder.resolve("results");
            assertThat(run("results", "1", "--output", target.toString())).isEqualTo(Exit.OK);
            assertThat(target.resolve("stars.txt")).hasContent("Sirius");
            assertThat(out.toString()).contains("stars.txt").contains("6 B").contains("1 file in");

            first.on(
                    "GET /sessions/a/results/stars.txt",
                    (call, seen) -> TestServer.send(call, 200, "text/plain", "sirius"));
            assertThat(run("results", "1", "--output", target.toString())).isEqualTo(Exit.BAD_ANSWER);
        }

        @Test
        void saysThatResultsAreStillToCome() {
            first.json("GET /sessions/a/results", 200, "{\"items\":[]}");
            first.json("GET /sessions/a", 200, "{\"phase\":\"RUNNING\"}");

            assertThat(run("results", "1")).isEqualTo(Exit.NO);
            assertThat(err.toString()).contains("RUNNING").contains("planisphere watch");
        }

        @Test
        void listsSessions() {
            first.json(
                    "GET /sessions",
                    200,
                    "{\"items\":["
                            + offer(first, "a", "2026-11-22T10:00:05Z", 1, 2, "PT5M", "0")
                                    .replace("OFFERED", "WAITING")
                            + "]}");

            assertThat(run("sessions", "--planner", first.base().toString(), "--phase", "waiting"))
                    .isEqualTo(Exit.OK);
            assertThat(out.toString())
                    .contains("WAITING")
                    .contains("22 Nov 10:00")
                    .contains("/sessions/a");
            assertThat(first.seen.get(0).target()).startsWith("/sessions?phase=waiting");
        }

        @Test
        void showsWhoTheCallerIs() throws Exception {
            Path token = folder.resolve("token");
            Files.writeString(token, "secret\n");
            first.json("GET /me", 200, "{\"name\":\"anonymous\"}");

            assertThat(run("me", "--planner", first.base().toString(), "--token-file", token.toString()))
                    .isEqualTo(Exit.OK);
            assertThat(out.toString()).contains("anonymous");
            assertThat(first.seen.get(0).header("Authorization")).isEqualTo("Bearer secret");
        }
    }

    @Nested
    class CommandLines {
        @Test
        void suggestsWhatWasMeant() {
            assertThat(run("acept")).isEqualTo(Exit.USAGE);
            assertThat(err.toString()).contains("planisphere accept");
        }

        @Test
        void helpsWithEveryCommand() {
            for (String command : new String[] {"ask", "accept", "watch", "results", "update", "registry", "demo"}) {
                assertThat(run(command, "--help")).as(command).isEqualTo(Exit.OK);
                assertThat(out.toString()).startsWith("Usage: planisphere " + command);
            }
        }

        @Test
        void completesInZshToo() {
            assertThat(run("completion", "zsh")).isEqualTo(Exit.OK);
            assertThat(out.toString())
                    .startsWith("autoload -U +X compinit && compinit\n")
                    .contains("bashcompinit && bashcompinit\n#!/usr/bin/env bash", "complete -F");
            assertThat(run("completion", "fish")).isEqualTo(Exit.USAGE);
        }

        @Test
        void completes() {
            assertThat(run("completion")).isEqualTo(Exit.OK);
            assertThat(out.toString()).startsWith("#!/usr/bin/env bash").contains("complete -F");
        }

        @Test
        void refusesAddressesThatAreNone() throws Exception {
            assertThat(run("ask", task(), "--planner", "file:///etc/passwd")).isEqualTo(Exit.USAGE);
            assertThat(run("watch", "ftp://x/sessions/1")).isEqualTo(Exit.USAGE);
            assertThat(run("watch")).isEqualTo(Exit.USAGE);
        }

        @Test
        void printsItsVersion() {
            assertThat(run("version")).isEqualTo(Exit.OK);
            assertThat(run("--version")).isEqualTo(Exit.OK);
        }
    }
}
