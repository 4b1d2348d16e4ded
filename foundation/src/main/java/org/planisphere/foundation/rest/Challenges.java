package org.planisphere.foundation.rest;

import jakarta.ws.rs.core.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a 401 says of how to do better, one value of {@code WWW-Authenticate} each. Immutable.
 *
 * @param metadata address of the resource's metadata, or null; it names the issuers
 * @param ivoa ways to log in, each a standardID and an address with a space between
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6750#section-3">RFC 6750, section 3</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9728#section-5">RFC 9728, section 5</a>
 * @see <a href="https://www.ivoa.net/documents/SSO/">IVOA SSO 2.0 and its successor's {@code ivoa_bearer}</a>
 */
public record Challenges(@Nullable String metadata, List<String> ivoa) {
    /** Only the bare {@code Bearer}. */
    public static final Challenges PLAIN = new Challenges(null, List.of());

    public Challenges {
        ivoa = List.copyOf(ivoa);
    }

    /** The refusal with the challenges on it. */
    ProblemException on(ProblemException refusal, @Nullable String error) {
        values(error).forEach(value -> refusal.with(HttpHeaders.WWW_AUTHENTICATE, value));
        return refusal;
    }

    /**
     * The values of the header.
     *
     * @param error of RFC 6750, or null for a call without a token
     */
    List<String> values(@Nullable String error) {
        List<String> values = new ArrayList<>();
        values.add("Bearer realm=\"planisphere\"" + (error == null ? "" : ", error=\"" + error + "\"")
                + (metadata == null ? "" : ", resource_metadata=\"" + metadata + "\""));
        for (String way : ivoa) {
            int space = way.indexOf(' ');
            values.add("ivoa_bearer standard_id=\"" + way.substring(0, space) + "\", access_url=\""
                    + way.substring(space + 1) + "\"");
        }
        return values;
    }
}
