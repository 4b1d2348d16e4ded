package org.planisphere.server;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code /health/started}, {@code /health/live}, {@code /health/ready} and {@code /health} (all of them), in the form
 * of MicroProfile Health: 200 {@code UP} or 503 {@code DOWN} with one entry a part. Tells nothing but names and yes or
 * no, so it may be asked by anybody.
 */
public final class HealthServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient Health health;

    /** Called by the container. */
    @Inject
    public HealthServlet(Health health) {
        this.health = health;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Map<String, Boolean> parts = new LinkedHashMap<>();
        switch (request.getServletPath()) {
            case "/health/live" -> parts.putAll(health.liveness());
            case "/health/started" -> parts.put("started", health.isStarted());
            case "/health/ready" -> parts.putAll(health.readiness());
            default -> {
                parts.putAll(health.liveness());
                parts.putAll(health.readiness());
            }
        }
        boolean up = parts.values().stream().allMatch(Boolean::booleanValue);
        String checks = parts.entrySet().stream()
                .map(e -> "{\"name\":\"" + e.getKey() + "\",\"status\":\"" + word(e.getValue()) + "\"}")
                .collect(Collectors.joining(","));
        byte[] body =
                ("{\"status\":\"" + word(up) + "\",\"checks\":[" + checks + "]}\n").getBytes(StandardCharsets.UTF_8);
        response.setStatus(up ? 200 : 503);
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static String word(boolean up) {
        return up ? "UP" : "DOWN";
    }
}
