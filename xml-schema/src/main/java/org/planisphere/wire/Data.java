package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** Data from outside. One type for every kind. */
@XmlAccessorType(XmlAccessType.FIELD)
public class Data extends LifecycleComponent {
    public @Nullable String location;

    /** Name or UUID of the storage that holds it. */
    public @Nullable String storage;

    /** Of an output: a file or folder in the work folder. Ours. */
    public @Nullable String path;

    /** What its bytes must sum up to. Ours, for simple data. */
    public @Nullable Checksum checksum;

    /** Whether it is an archive that is to be unpacked. Ours. */
    public @Nullable Boolean unpack;

    public @Nullable String endpoint;

    public @Nullable String template;

    public @Nullable String bucket;

    public @Nullable String object;

    public @Nullable Rucio rucio;

    public @Nullable Ivoa ivoa;

    public @Nullable Skao skao;
}
