package org.planisphere.registry.tap;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A query as a job.
 *
 * @param owner who made it, null for somebody without a name: then whoever knows its identifier has it
 * @param form the parameters, encoded as a form
 * @param seconds it may run
 * @see <a href="https://www.ivoa.net/documents/UWS/">UWS 1.1, section 2</a>
 */
record Job(
        String id,
        @Nullable String owner,
        Phase phase,
        String form,
        Instant created,
        @Nullable Instant started,
        @Nullable Instant ended,
        Instant destruction,
        int seconds,
        @Nullable String error) {

    /** Where a job stands. */
    enum Phase {
        PENDING,
        QUEUED,
        EXECUTING,
        COMPLETED,
        ERROR,
        ABORTED;

        /** Whether it may still change by itself. */
        boolean active() {
            return this == QUEUED || this == EXECUTING;
        }

        boolean ended() {
            return this == COMPLETED || this == ERROR || this == ABORTED;
        }
    }

    /** What belongs to the job and not to the query. */
    private static final List<String> OWN = List.of("PHASE", "ACTION", "DESTRUCTION", "EXECUTIONDURATION", "WAIT");

    Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : form.isEmpty() ? new String[0] : form.split("&")) {
            int equals = pair.indexOf('=');
            parameters.put(
                    URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                    URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return parameters;
    }

    /** The parameters, for reading the query. */
    Parameters asked() {
        Map<String, List<String>> all = new LinkedHashMap<>();
        parameters().forEach((name, value) -> all.put(name.toUpperCase(Locale.ROOT), List.of(value)));
        return new Parameters(all);
    }

    /** A form of parameters that has these instead of those of the same name. */
    static String form(Map<String, String> known, Parameters more) throws Rejected {
        Map<String, String> all = new LinkedHashMap<>(known);
        for (String name : more.values().keySet()) {
            String value = more.one(name);
            if (!OWN.contains(name) && value != null) {
                all.put(name, value);
            }
        }
        List<String> pairs = new ArrayList<>();
        all.forEach((name, value) -> pairs.add(URLEncoder.encode(name, StandardCharsets.UTF_8) + "="
                + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        String form = String.join("&", pairs);
        if (form.length() > Parameters.LONGEST) {
            throw new Rejected(413, "The parameters have more than " + Parameters.LONGEST + " bytes.");
        }
        return form;
    }
}
