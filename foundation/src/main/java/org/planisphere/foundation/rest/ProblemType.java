package org.planisphere.foundation.rest;

/**
 * Every sort of refusal a door gives, with its page in {@code docs/problems.md}. The URI of the type is {@code
 * /planner/problems/{slug}} on the node that answers, whatever it is; clients should match on the last part.
 */
public enum ProblemType {
    MALFORMED_DOCUMENT("malformed-document", 400, "The document cannot be read"),
    INVALID_DOCUMENT("invalid-document", 400, "The document says something that cannot be"),
    INVALID_PARAMETER("invalid-parameter", 400, "A parameter of the call cannot be understood"),
    CANNOT_BE_MET("cannot-be-met", 400, "The request cannot be met here"),
    NOT_AUTHENTICATED("not-authenticated", 401, "The credentials are missing or not valid"),
    NOT_ALLOWED("not-allowed", 403, "The caller may not do this"),
    NOT_FOUND("not-found", 404, "Nothing is to be seen at this address"),
    METHOD_NOT_ALLOWED("method-not-allowed", 405, "This address does not take this method"),
    NOT_ACCEPTABLE("not-acceptable", 406, "None of the accepted formats can be given"),
    CONFLICT("conflict", 409, "Its state does not allow this"),
    TWIN_UNDER_WAY("twin-under-way", 409, "A call with the same idempotency key is still under way"),
    TOO_LARGE("too-large", 413, "The document is larger than this service takes"),
    URI_TOO_LONG("uri-too-long", 414, "The address is too long"),
    UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", 415, "The format of the document is not one this service takes"),
    RANGE_NOT_SATISFIABLE("range-not-satisfiable", 416, "The asked range lies outside the document"),
    KEY_REUSED("key-reused", 422, "The idempotency key was used before with another document"),
    NOT_AN_OPTION("not-an-option", 409, "The session does not offer this option now"),
    TOO_MANY_REQUESTS("too-many-requests", 429, "The caller asks too often"),
    INTERNAL("internal", 500, "Something went wrong here"),
    UNAVAILABLE("unavailable", 503, "The service cannot answer now");

    private final String slug;
    private final int status;
    private final String title;

    ProblemType(String slug, int status, String title) {
        this.slug = slug;
        this.status = status;
        this.title = title;
    }

    public String slug() {
        return slug;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** The type that stands for a bare HTTP status; {@link #INTERNAL} for one that no type has. */
    public static ProblemType ofStatus(int status) {
        for (ProblemType type : values()) {
            if (type.status == status) {
                return type;
            }
        }
        return status >= 400 && status < 500 ? INVALID_PARAMETER : INTERNAL;
    }
}
