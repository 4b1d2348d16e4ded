package org.planisphere.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.planisphere.planner.ledger.store.Audit;
import org.planisphere.planner.session.Phase;
import org.planisphere.planner.session.Transitions;
import org.planisphere.planner.staging.WorkFolders;

/**
 * Judges a soak by what it left: the history of what callers were told, the ledger's log, the sessions with their events,
 * and what the tasks wrote. Knows nothing of how the soak was done.
 */
final class SoakJudge {
    /** Clocks of callers and database are the same machine's, but an answer takes its time. */
    private static final Duration SLACK = Duration.ofMillis(50);

    private final Map<String, Verdict> verdicts = new LinkedHashMap<>();
    private final Map<UUID, Stored> stored = new HashMap<>();
    private final Map<UUID, List<Phase>> phases = new HashMap<>();

    /** One promise: how often it was judged, and each time it was not kept. */
    record Verdict(String promise, long judged, List<String> violations) {}

    private record Stored(Phase phase, boolean accepted) {}

    /** A call with its end. */
    private record Call(String what, String on, Instant from, Instant until, String type, Map<String, String> end) {
        boolean ok() {
            return type.equals("ok");
        }

        boolean unknown() {
            return type.equals("unknown");
        }
    }

    /** The verdicts, by promise. */
    static List<Verdict> judge(Path history, DataSource database, Path work) throws IOException, SQLException {
        SoakJudge judge = new SoakJudge();
        judge.readSessions(database);
        judge.ledger(database);
        judge.history(calls(history));
        judge.events();
        judge.runs(new WorkFolders(work));
        return List.copyOf(judge.verdicts.values());
    }

    private static List<Call> calls(Path history) throws IOException {
        Map<String, Map<String, String>> begun = new LinkedHashMap<>();
        List<Call> calls = new ArrayList<>();
        try (Stream<Map<String, String>> lines = SoakHistory.read(history)) {
            lines.forEach(line -> {
                String number = line.getOrDefault("n", "");
                String type = line.getOrDefault("type", "");
                if (type.equals("invoke")) {
                    begun.put(number, line);
                } else if (!type.equals("note")) {
                    Map<String, String> start = begun.remove(number);
                    if (start == null) {
                        throw new IllegalStateException("an end without a beginning: " + line);
                    }
                    calls.add(call(start, line, type));
                }
            });
        }
        // The end of these was not even written: nobody knows.
        begun.values().forEach(start -> calls.add(call(start, Map.of("at", start.getOrDefault("at", "")), "unknown")));
        return calls;
    }

    private static Call call(Map<String, String> start, Map<String, String> end, String type) {
        return new Call(
                start.getOrDefault("what", ""),
                start.getOrDefault("on", ""),
                Instant.parse(start.getOrDefault("at", "")),
                Instant.parse(end.getOrDefault("at", "")),
                type,
                end);
    }

    private void readSessions(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                var statement = connection.createStatement()) {
            try (var rows = statement.executeQuery("SELECT id, phase, accepted FROM session")) {
                while (rows.next()) {
                    stored.put(
                            rows.getObject(1, UUID.class),
                            new Stored(
                                    Phase.valueOf(rows.getString(2)), rows.getObject(3, OffsetDateTime.class) != null));
                }
            }
            try (var rows =
                    statement.executeQuery("SELECT session, phase FROM session_event ORDER BY session, number")) {
                while (rows.next()) {
                    List<Phase> seen =
                            phases.computeIfAbsent(rows.getObject(1, UUID.class), session -> new ArrayList<>());
                    Phase phase = Phase.valueOf(rows.getString(2));
                    if (seen.isEmpty() || seen.get(seen.size() - 1) != phase) {
                        seen.add(phase);
                    }
                }
            }
        }
    }

    private void ledger(DataSource database) throws SQLException {
        Audit.Report report = Audit.checkWithSessions(database);
        put("I1 never more than there is; ledger and sessions agree", report.entries(), report.violations());
        List<String> promised = report.open().keySet().stream()
                .map(id -> "reservation " + id + " is still open")
                .toList();
        put("I6 all that was promised is given back", stored.size(), promised);
    }

    private void history(List<Call> calls) {
        Map<UUID, Instant> expires = new HashMap<>();
        Map<String, Set<String>> byKey = new HashMap<>();
        Map<UUID, List<Call>> bySession = new HashMap<>();
        List<String> noProblem = new ArrayList<>();
        List<String> lost = new ArrayList<>();
        long refused = 0;
        long acceptsTold = 0;
        for (Call call : calls) {
            if (call.end.containsKey("problem")) {
                refused++;
                if (!"true".equals(call.end.get("problem"))) {
                    noProblem.add(call + " was not answered by a problem document");
                }
            }
            switch (call.what) {
                case "ask" -> {
                    if (call.ok()) {
                        offers(call, expires, lost);
                    }
                }
                case "direct" -> {
                    if (call.ok()) {
                        acceptsTold++;
                        String session = call.end.getOrDefault("session", "");
                        byKey.computeIfAbsent(call.on, key -> new HashSet<>()).add(session);
                        accepted(session, lost);
                    }
                }
                default -> {
                    bySession
                            .computeIfAbsent(UUID.fromString(call.on), id -> new ArrayList<>())
                            .add(call);
                    if (call.ok() && call.what.equals("accept")) {
                        acceptsTold++;
                        accepted(call.on, lost);
                    }
                }
            }
        }
        put("I3 whatever was answered yes is stored", acceptsTold, lost);
        List<String> twice = new ArrayList<>();
        Set<String> sessions = new HashSet<>();
        byKey.forEach((key, told) -> {
            if (told.size() != 1) {
                twice.add("key " + key + " was answered by the sessions " + told);
            }
            told.stream()
                    .filter(session -> !sessions.add(session))
                    .forEach(session -> twice.add("session " + session + " answers two keys"));
        });
        put("I4 one key, one session", byKey.size(), twice);
        List<String> expiry = new ArrayList<>();
        expires.forEach((session, at) -> expiry(session, at, bySession.getOrDefault(session, List.of()), expiry));
        strangers(bySession, sessions, expiry);
        put("I2 an offer is accepted once, before it runs out and not after", expires.size(), expiry);
        put("I8 every refusal is a problem document", refused, noProblem);
    }

    private void offers(Call call, Map<UUID, Instant> expires, List<String> lost) {
        String end = call.end.getOrDefault("expires", "");
        for (String offer : call.end.getOrDefault("offers", "").split(" ", -1)) {
            if (!offer.isEmpty() && !end.isEmpty()) {
                UUID id = UUID.fromString(offer);
                expires.put(id, Instant.parse(end));
                if (!stored.containsKey(id)) {
                    lost.add("offer " + id + " was made, but is not stored");
                }
            }
        }
    }

    private void accepted(String session, List<String> lost) {
        Stored found = stored.get(UUID.fromString(session));
        if (found == null || !found.accepted) {
            lost.add("session " + session + " was accepted, but the store says " + found);
        }
    }

    private void expiry(UUID session, Instant at, List<Call> calls, List<String> found) {
        boolean accepted = false;
        boolean perhaps = false;
        boolean given = false;
        for (Call call : calls) {
            boolean accept = call.what.equals("accept");
            if (accept && call.ok() && !accepted && !perhaps && call.from.isAfter(at.plus(SLACK))) {
                found.add("session " + session + " was accepted after it ran out at " + at);
            }
            if (accept && call.type.equals("fail") && !given && call.until.isBefore(at.minus(SLACK))) {
                found.add("session " + session + " was refused to its only caller before it ran out: " + call);
            }
            accepted |= accept && call.ok();
            perhaps |= accept && call.unknown();
            given |= !accept && !call.what.equals("read") && !call.type.equals("fail");
        }
    }

    /** What was accepted although nobody asked for it. */
    private void strangers(Map<UUID, List<Call>> bySession, Set<String> direct, List<String> found) {
        stored.forEach((session, is) -> {
            if (is.accepted && !direct.contains(session.toString())) {
                boolean wanted = bySession.getOrDefault(session, List.of()).stream()
                        .anyMatch(call -> call.what.equals("accept") && !call.type.equals("fail"));
                if (!wanted) {
                    found.add("session " + session + " was accepted by nobody");
                }
            }
        });
    }

    private void events() {
        List<String> found = new ArrayList<>();
        phases.forEach((session, seen) -> {
            for (int i = 1; i < seen.size(); i++) {
                if (!Transitions.allowed(seen.get(i - 1), seen.get(i))) {
                    found.add("session " + session + " went from " + seen.get(i - 1) + " to " + seen.get(i));
                }
            }
            Stored is = stored.get(session);
            if (is != null && is.phase != seen.get(seen.size() - 1)) {
                found.add("session " + session + " is " + is.phase + " after the events " + seen);
            }
        });
        put("I5 phases move along the table", phases.size(), found);
    }

    private void runs(WorkFolders folders) throws IOException {
        List<String> found = new ArrayList<>();
        long judged = 0;
        for (Map.Entry<UUID, Stored> each : stored.entrySet()) {
            Stored is = each.getValue();
            if (is.accepted) {
                int ran = ran(folders.of(each.getKey()).work().resolve("ran.txt"));
                judged++;
                if (ran > 1 || (is.phase == Phase.COMPLETED && ran != 1)) {
                    found.add("session " + each.getKey() + " is " + is.phase + " and ran " + ran + " times");
                }
            }
        }
        put("every task ran once", judged, found);
    }

    private static int ran(Path file) throws IOException {
        return Files.notExists(file)
                ? 0
                : Files.readAllLines(file, StandardCharsets.UTF_8).size();
    }

    private void put(String promise, long judged, List<String> violations) {
        verdicts.put(promise, new Verdict(promise, judged, List.copyOf(violations)));
    }
}
