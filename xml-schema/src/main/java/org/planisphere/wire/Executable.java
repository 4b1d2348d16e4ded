package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to be executed. One type for every kind: which fields count is told by the kind. */
@XmlAccessorType(XmlAccessType.FIELD)
public class Executable extends LifecycleComponent {
    public @Nullable String location;

    public @Nullable Image image;

    public @Nullable Boolean privileged;

    @XmlElementWrapper(name = "command")
    @XmlElement(name = "argument")
    public @Nullable List<String> command;

    public @Nullable String entrypoint;

    public @Nullable NameValueMap environment;

    public @Nullable Network network;

    public @Nullable String directory;

    public @Nullable Repository repository;

    public @Nullable String requirements;

    @XmlElementWrapper(name = "arguments")
    @XmlElement(name = "argument")
    public @Nullable List<String> arguments;

    public @Nullable String mainClass;

    @XmlElementWrapper(name = "options")
    @XmlElement(name = "option")
    public @Nullable List<String> options;

    public @Nullable String path;

    @XmlElementWrapper(name = "languages")
    @XmlElement(name = "language")
    public @Nullable List<String> languages;

    public @Nullable String content;

    public @Nullable String language;

    public @Nullable String document;

    public @Nullable Boolean interactive;
}
