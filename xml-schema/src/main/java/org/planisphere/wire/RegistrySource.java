package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.adapters.XmlJavaTypeAdapter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How it stands with a registry whose records are harvested. */
@XmlRootElement(name = "source")
@XmlAccessorType(XmlAccessType.FIELD)
public class RegistrySource {
    /** Its OAI-PMH address; with {@code #ivo_publishers} it is the list of a registry of registries. */
    public @Nullable String url;

    public @Nullable String title;

    /** The registry of registries in whose list it is; absent when the settings name it. */
    public @Nullable String foundBy;

    /** False when nothing names it any more: it is not harvested, its records stay. */
    public @Nullable Boolean listed;

    /** {@code idle} or {@code running}. */
    public @Nullable String state;

    /** Whether the harvest under way, or the last, is of everything. */
    public @Nullable Boolean full;

    /** The number of the harvest under way, or of the last. */
    public @Nullable Long run;

    /** Records that came in it. */
    public @Nullable Long seen;

    @XmlJavaTypeAdapter(InstantAdapter.class)
    public @Nullable Instant began;

    @XmlJavaTypeAdapter(InstantAdapter.class)
    public @Nullable Instant lastSuccess;

    @XmlJavaTypeAdapter(InstantAdapter.class)
    public @Nullable Instant lastFull;

    @XmlJavaTypeAdapter(InstantAdapter.class)
    public @Nullable Instant next;

    /** In a row. */
    public @Nullable Integer failures;

    /** Whether an operator should look. */
    public @Nullable Boolean alarm;

    public @Nullable String message;
}
