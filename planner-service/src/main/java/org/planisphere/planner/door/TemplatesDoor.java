package org.planisphere.planner.door;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.foundation.rest.Media;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.planner.request.CodeMeta;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.DocumentTooLarge;
import org.planisphere.wire.codec.Format;
import org.planisphere.wire.codec.Json;
import org.planisphere.wire.codec.MalformedDocument;

/**
 * Requests to begin with: a task in any format, or a description of software, given or at an address, as the request
 * that a person goes on with. Nothing is asked or kept. What is at an address is fetched as data for a run would be: from
 * the same hosts, with the same guard, and no credentials.
 */
@Path("/templates")
@Produces({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
public final class TemplatesDoor {
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};
    private static final int LONGEST_ADDRESS = 2_000;

    private final PlannerContext planner;
    private final GuardedHttp http;

    /** @param http with the rules for what callers name */
    public TemplatesDoor(PlannerContext planner, GuardedHttp http) {
        this.planner = planner;
        this.http = http;
    }

    @POST
    @Consumes({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
    public ExecutionRequest given(InputStream body, @Context HttpHeaders headers) {
        byte[] bytes = Bodies.bytes(body, planner.maxBytes());
        String type = headers.getMediaType() == null
                ? Media.JSON
                : headers.getMediaType().toString();
        return request(bytes, type, "");
    }

    @GET
    public ExecutionRequest fetched(@QueryParam("url") @Nullable String url) {
        if (url == null || url.isBlank() || url.length() > LONGEST_ADDRESS) {
            throw new ProblemException(ProblemType.INVALID_PARAMETER, "url: the address of a task or a codemeta.json.");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            GuardedHttp.Fetched fetched = http.get(
                    URI.create(url.strip()),
                    Map.of("Accept", "application/json, application/yaml, */*;q=0.5"),
                    planner.maxBytes(),
                    out);
            String path = Optional.ofNullable(fetched.location().getPath()).orElse("");
            return request(out.toByteArray(), fetched.headers().getOrDefault("content-type", ""), path);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemType.INVALID_PARAMETER, "url: this is no address.");
        } catch (IOException e) {
            throw new ProblemException(
                    ProblemType.INVALID_PARAMETER,
                    "url: it cannot be fetched: "
                            + Optional.ofNullable(e.getMessage()).orElse("the connection broke") + ".");
        }
    }

    private ExecutionRequest request(byte[] bytes, String type, String path) {
        Format format = format(bytes, type.toLowerCase(Locale.ROOT), path.toLowerCase(Locale.ROOT));
        if (format == Format.JSON) {
            Optional<Map<String, Object>> software = object(bytes).filter(CodeMeta::is);
            if (software.isPresent()) {
                return CodeMeta.request(software.get(), planner.kinds())
                        .orElseThrow(() -> new ProblemException(
                                ProblemType.INVALID_DOCUMENT,
                                "The description does not say how the software is run: it names neither a notebook or a "
                                        + "program at an address, nor a repository with its language."));
            }
        }
        try {
            ExecutionRequest request = Codecs.read(bytes, format, ExecutionRequest.class, planner.maxBytes());
            if (request.executable == null) {
                throw new ProblemException(
                        ProblemType.INVALID_DOCUMENT,
                        "This is neither a task (it has no executable) nor a codemeta.json.");
            }
            return request;
        } catch (DocumentTooLarge e) {
            throw new ProblemException(ProblemType.TOO_LARGE, e.getMessage());
        } catch (MalformedDocument e) {
            throw new ProblemException(
                    ProblemType.MALFORMED_DOCUMENT,
                    e.faults().size() == 1
                            ? e.faults().get(0).detail()
                            : "The document has " + e.faults().size() + " faults; see errors.",
                    e.faults());
        }
    }

    /** By its type where that says something, else by its name, else by its first letter. */
    private static Format format(byte[] bytes, String type, String path) {
        Optional<Format> told = Format.ofMediaType(type.replaceFirst(";.*", "").strip());
        if (told.isPresent()) {
            return told.get();
        }
        if (path.endsWith(".yaml") || path.endsWith(".yml")) {
            return Format.YAML;
        }
        String begin = new String(bytes, 0, Math.min(bytes.length, 200), StandardCharsets.UTF_8).strip();
        return begin.startsWith("{") ? Format.JSON : begin.startsWith("<") ? Format.XML : Format.YAML;
    }

    private static Optional<Map<String, Object>> object(byte[] bytes) {
        try {
            return Optional.of(Json.mapper().readValue(bytes, OBJECT));
        } catch (JsonProcessingException notJson) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
