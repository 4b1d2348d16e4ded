package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One grant that applies to the caller, with what it says of each single offer; or a denial, with what it refuses. What is
 * left out is no restriction.
 */
@XmlAccessorType(XmlAccessType.FIELD)
public class GrantItem {
    /** Its name in the policy. */
    public @Nullable String grant;

    public @Nullable String title;

    /** The group that pays; absent when the caller pays alone. */
    public @Nullable String group;

    /** Of grants that give the same, the highest pays. */
    public @Nullable Long priority;

    /** By which prices are multiplied; 0 is free. */
    public @Nullable Double price;

    /** {@code leave}, or {@code stay}: results and output are for operators only. */
    public @Nullable String results;

    /** ISO 8601 duration of the longest run. */
    public @Nullable String longest;

    /** ISO 8601 duration: how far ahead a run may begin. */
    public @Nullable String ahead;

    /** The most of each for one offer. */
    @XmlElementWrapper(name = "resources")
    @XmlElement(name = "resource")
    public @Nullable List<AllowanceResource> resources;

    @XmlElementWrapper(name = "kinds")
    @XmlElement(name = "kind")
    public @Nullable List<String> kinds;

    /** Patterns, in which {@code *} stands for anything. */
    @XmlElementWrapper(name = "images")
    @XmlElement(name = "image")
    public @Nullable List<String> images;

    /** Patterns of addresses of programs and their repositories. */
    @XmlElementWrapper(name = "repositories")
    @XmlElement(name = "repository")
    public @Nullable List<String> repositories;

    @XmlElementWrapper(name = "digests")
    @XmlElement(name = "digest")
    public @Nullable List<String> digests;

    /** Whether only what an expert has approved may be run. */
    public @Nullable Boolean approvedOnly;

    @XmlElementWrapper(name = "shapes")
    @XmlElement(name = "shape")
    public @Nullable List<String> shapes;

    @XmlElementWrapper(name = "platforms")
    @XmlElement(name = "platform")
    public @Nullable List<String> platforms;
}
