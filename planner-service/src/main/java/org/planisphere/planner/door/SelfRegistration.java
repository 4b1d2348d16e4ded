package org.planisphere.planner.door;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.wire.codec.Json;

/**
 * Tells registries that this planner is there: tries until each has taken it, waiting longer each time, and tells it again
 * at an interval, so that a registry that lost its records finds it anew. Nothing is taken back when the planner ends: the
 * registry sees by itself that it is silent.
 */
public final class SelfRegistration implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SelfRegistration.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long FIRST_WAIT = 250;
    private static final long LONGEST_WAIT = 60_000;

    private final String body;
    private final @Nullable String token;
    private final Duration interval;
    private final HttpClient http;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "self-registration");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param planner public address of the planner, {@code https://host/planner}
     * @param title of the planner, for people
     * @param token shown to the registries as a bearer token; null for none
     * @param interval between two calls once a registry has taken it
     */
    public SelfRegistration(URI planner, String title, @Nullable String token, Duration interval) {
        ObjectNode document = Json.mapper().createObjectNode();
        document.put("capabilitiesUrl", planner + "/capabilities");
        document.put("title", title);
        document.put("referenceUrl", planner + "/tryit");
        this.body = document.toString();
        this.token = token;
        this.interval = interval;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build();
    }

    /** Begins for a planner with these settings; does nothing where no registry is named. */
    public static SelfRegistration begin(Settings settings) {
        SelfRegistration registration = new SelfRegistration(
                URI.create(settings.nodeUrl() + "/planner"),
                settings.get(Keys.NODE_NAME),
                settings.find(Keys.REGISTER_TOKEN).orElse(null),
                settings.get(Keys.REGISTER_INTERVAL));
        registration.begin(settings.get(Keys.REGISTER_URLS));
        return registration;
    }

    /** @param registries base addresses, such as {@code https://host/registry} */
    public void begin(List<URI> registries) {
        for (URI registry : registries) {
            later(registry, 0, 0);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private void later(URI registry, int failures, long millis) {
        if (!clock.isShutdown()) {
            var unused = clock.schedule(() -> tell(registry, failures), millis, TimeUnit.MILLISECONDS);
        }
    }

    private void tell(URI registry, int failures) {
        String failure = call(registry);
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        if (failure == null) {
            if (failures > 0 || LOG.isLoggable(System.Logger.Level.DEBUG)) {
                LOG.log(System.Logger.Level.INFO, "registered at " + registry);
            }
            later(registry, 0, interval.toMillis());
            return;
        }
        // Each failure is told once at first, and then as the waits grow long.
        LOG.log(
                failures == 4 || failures > 10 ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
                "not yet registered at " + registry + ": " + failure);
        long wait = Math.min(LONGEST_WAIT, FIRST_WAIT << Math.min(failures, 10));
        later(registry, failures + 1, wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1));
    }

    /** @return why it failed, null when it did not */
    private @Nullable String call(URI registry) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create(registry.toString().replaceAll("/+$", "") + "/register"))
                    .timeout(PATIENCE)
                    .header("Content-Type", "application/json")
                    .header("Accept", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
            if (token != null) {
                request.header("Authorization", "Bearer " + token);
            }
            HttpResponse<Void> answer = http.send(request.build(), HttpResponse.BodyHandlers.discarding());
            return answer.statusCode() / 100 == 2 ? null : "it answered " + answer.statusCode();
        } catch (IOException e) {
            return String.valueOf(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "ended";
        }
    }
}
