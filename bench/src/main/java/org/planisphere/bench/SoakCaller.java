package org.planisphere.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One caller who does what callers do, over and over, and writes down what came of it: runs tasks at once, asks for offers
 * for tomorrow, accepts, refuses and cancels them, lets some run out, and asks again with the same key where no answer
 * came. Lives through the node's deaths; used by one thread at a time.
 */
final class SoakCaller {
    private static final Pattern OFFER = Pattern.compile("/planner/sessions/([0-9a-f-]{36})\"");
    private static final Pattern EXPIRES = Pattern.compile("\"expires\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern PHASE = Pattern.compile("\"phase\"\\s*:\\s*\"([A-Z]+)\"");
    private static final String TASK = """
            {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process",
              "command": ["/bin/sh", "-c", "echo ran >> ran.txt; sleep 0.3"]},
             "schedule": {"requested": {"duration": "PT1M"%s}}}""";

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String who;
    private final Random random;
    private final SoakHistory history;
    private final Set<String> unanswered = new LinkedHashSet<>();
    private final Set<String> sessions = new LinkedHashSet<>();
    private final Deque<String> open = new ArrayDeque<>();
    private final Deque<String> offered = new ArrayDeque<>();

    SoakCaller(String who, Random random, SoakHistory history) {
        this.who = who;
        this.random = random;
        this.history = history;
    }

    /** Works until the node does not answer any more. */
    void work(int port) {
        try {
            for (String key : List.copyOf(unanswered)) {
                direct(port, key);
            }
            while (!Thread.currentThread().isInterrupted()) {
                act(port);
            }
        } catch (IOException gone) {
            // It was killed; what was asked for is in the history as unknown.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void act(int port) throws IOException, InterruptedException {
        int dice = random.nextInt(100);
        if (dice < 12) {
            direct(port, UUID.randomUUID().toString());
        } else if (dice < 45) {
            ask(port);
        } else if (dice < 70 && !offered.isEmpty()) {
            String session = take(offered);
            if (phase(port, "accept", session, "ACCEPTED")) {
                open.add(session);
            }
        } else if (dice < 75 && !offered.isEmpty()) {
            phase(port, "reject", take(offered), "REJECTED");
        } else if (dice < 90 && !open.isEmpty()) {
            phase(port, "cancel", take(open), "CANCELLED");
        } else if (!open.isEmpty()) {
            read(port, open.element());
        }
    }

    /** Mostly the newest; now and then one that may have run out. */
    private String take(Deque<String> from) {
        return random.nextInt(5) == 0 ? from.removeFirst() : from.removeLast();
    }

    /** Settles what is open: every key gets its answer, every session that waits is cancelled, every run ends. */
    void settle(int port) throws IOException, InterruptedException {
        Instant patience = Instant.now().plusSeconds(180);
        while (!unanswered.isEmpty()) {
            for (String key : List.copyOf(unanswered)) {
                direct(port, key);
            }
            if (!unanswered.isEmpty()) {
                // A call that was cut may be made again after a minute.
                Thread.sleep(1_000);
            }
            if (Instant.now().isAfter(patience)) {
                throw new IOException(who + " has no answer for " + unanswered);
            }
        }
        List<String> rest = new ArrayList<>(open);
        rest.addAll(offered);
        for (String session : rest) {
            phase(port, "cancel", session, "CANCELLED");
        }
        for (String session : sessions) {
            // The stream ends with the session.
            send(HttpRequest.newBuilder(address(port, "/sessions/" + session + "/events")));
            read(port, session);
        }
    }

    private void direct(int port, String key) throws IOException, InterruptedException {
        unanswered.add(key);
        HttpResponse<String> answer = call(
                port, "direct", key, "/direct", String.format(TASK, ""), Map.of("Idempotency-Key", key), response -> {
                    String location = response.headers().firstValue("Location").orElse("");
                    return Map.of("session", location.substring(location.lastIndexOf('/') + 1));
                });
        if (answer.statusCode() == 303) {
            String location = answer.headers().firstValue("Location").orElse("");
            sessions.add(location.substring(location.lastIndexOf('/') + 1));
            unanswered.remove(key);
        } else if (answer.statusCode() != 409 && answer.statusCode() < 500) {
            unanswered.remove(key);
        }
    }

    private void ask(int port) throws IOException, InterruptedException {
        String start = ", \"start\": \"" + Instant.now().plusSeconds(86_400) + "/P1D\"";
        call(port, "ask", "-", "/requests", String.format(TASK, start), Map.of(), response -> {
            Set<String> offers = new LinkedHashSet<>();
            Matcher offer = OFFER.matcher(response.body());
            while (offer.find()) {
                offers.add(offer.group(1));
            }
            offers.stream().findFirst().ifPresent(offered::addLast);
            Matcher expires = EXPIRES.matcher(response.body());
            return Map.of("offers", String.join(" ", offers), "expires", expires.find() ? expires.group(1) : "");
        });
        if (offered.size() > 50) {
            offered.removeFirst();
        }
    }

    /** Whether the session went into the phase, or may have. */
    private boolean phase(int port, String what, String session, String phase)
            throws IOException, InterruptedException {
        String body = "{\"kind\": \"uri:enum-value-update\", \"path\": \"phase\", \"value\": \"" + phase + "\"}";
        try {
            return call(port, what, session, "/sessions/" + session, body, Map.of(), response -> Map.of())
                            .statusCode()
                    == 200;
        } catch (IOException gone) {
            open.add(session);
            throw gone;
        }
    }

    private void read(int port, String session) throws IOException, InterruptedException {
        call(port, "read", session, "/sessions/" + session, null, Map.of(), response -> {
            Matcher phase = PHASE.matcher(response.body());
            return Map.of("phase", phase.find() ? phase.group(1) : "");
        });
    }

    private interface Told {
        Map<String, String> by(HttpResponse<String> response);
    }

    private HttpResponse<String> call(
            int port,
            String what,
            String on,
            String path,
            @Nullable String body,
            Map<String, String> headers,
            Told told)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address(port, path));
        headers.forEach(request::header);
        if (body != null) {
            request.header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
        }
        long number = history.invoke(who, what, on);
        HttpResponse<String> answer;
        try {
            answer = send(request);
        } catch (IOException | InterruptedException e) {
            history.end(number, "unknown", Map.of());
            throw e;
        }
        Map<String, String> more = new LinkedHashMap<>();
        more.put("status", Integer.toString(answer.statusCode()));
        if (answer.statusCode() < 400) {
            more.putAll(told.by(answer));
            history.end(number, "ok", more);
        } else {
            more.put("problem", Boolean.toString(problem(answer)));
            // After an error of the server nobody knows what was done.
            history.end(number, answer.statusCode() < 500 ? "fail" : "unknown", more);
        }
        return answer;
    }

    private static boolean problem(HttpResponse<String> answer) {
        return answer.headers().firstValue("Content-Type").orElse("").startsWith("application/problem+json")
                && answer.body().contains("/problems/")
                && !answer.body().contains("\tat ");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(Duration.ofMinutes(2)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static URI address(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + "/planner" + path);
    }
}
