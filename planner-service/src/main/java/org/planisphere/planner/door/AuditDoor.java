package org.planisphere.planner.door;

import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.rest.Media;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.planner.audit.AuditEntry;
import org.planisphere.planner.audit.AuditHead;
import org.planisphere.planner.audit.store.SqlAudit;
import org.planisphere.planner.ledger.LedgerUnavailable;
import org.planisphere.wire.codec.Json;

/** The audit, for operators: the chain as lines of JSON, and its signed head. */
@Path("/audit")
public final class AuditDoor {
    private static final int MOST = 10_000;
    private static final String LINES = "application/x-ndjson";

    private final SqlAudit audit;

    public AuditDoor(SqlAudit audit) {
        this.audit = audit;
    }

    /** Entries after a number, one JSON object a line, in order; an empty answer when there are no more. */
    @GET
    @Produces(LINES)
    public String entries(
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @Nullable String limit,
            @Context ContainerRequestContext call) {
        Operators.only(call);
        StringBuilder lines = new StringBuilder();
        try {
            for (AuditEntry entry : audit.entries(
                    number("after", after, 0, Long.MAX_VALUE), (int) number("limit", limit, 1_000, MOST))) {
                lines.append(line(entry)).append('\n');
            }
        } catch (SQLException e) {
            throw new LedgerUnavailable("the audit cannot be read", e);
        }
        return lines.toString();
    }

    @GET
    @Path("head")
    @Produces(Media.JSON)
    public Response head(@Context ContainerRequestContext call) {
        Operators.only(call);
        try {
            AuditHead head = audit.head();
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("number", head.number());
            document.put("hash", head.hash());
            document.put("key", head.key());
            document.put("signature", head.signature());
            return Response.ok(json(document)).build();
        } catch (SQLException e) {
            throw new LedgerUnavailable("the audit cannot be read", e);
        }
    }

    private static String line(AuditEntry entry) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("number", entry.number());
        document.put("at", entry.at().toString());
        document.put("who", entry.who());
        document.put("act", entry.act());
        document.put("object", entry.object());
        document.put("detail", entry.detail());
        document.put("policy", entry.policy());
        document.put("hash", entry.hash());
        return json(document);
    }

    static String json(Object document) {
        try {
            return Json.mapper().writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain values can be written", e);
        }
    }

    static long number(String name, @Nullable String text, long usual, long most) {
        if (text == null || text.isBlank()) {
            return usual;
        }
        try {
            long number = Long.parseLong(text.trim());
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(name, most);
        }
        throw wrong(name, most);
    }

    private static ProblemException wrong(String name, long most) {
        return new ProblemException(ProblemType.INVALID_PARAMETER, name + ": a whole number from 0 to " + most + ".");
    }
}
