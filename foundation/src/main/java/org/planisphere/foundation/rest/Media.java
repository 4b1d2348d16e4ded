package org.planisphere.foundation.rest;

/** The media types of wire documents, JSON first: it is what a caller without an Accept header gets. */
public final class Media {
    public static final String JSON = "application/json";
    public static final String XML = "application/xml";
    public static final String YAML = "application/yaml";
    public static final String TEXT_XML = "text/xml";
    public static final String X_YAML = "application/x-yaml";
    public static final String TEXT_YAML = "text/yaml";

    private Media() {}
}
