package org.planisphere.registry.resource;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.codec.Fault;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * A resource as its record tells of it. Read leniently: what the record lacks is a fault in the list and an empty text
 * here; only a record without a usable identifier is none.
 *
 * @param status {@code active}, {@code inactive} or {@code deleted}
 * @param type with the canonical prefix, such as {@code vr:Service}; {@code vr:Resource} when the record does not say
 * @param summary what is kept beside the XML
 * @param xml {@code ri:Resource} with the canonical prefixes, without a declaration
 * @param faults what VOResource asks for and the record does not have
 * @see <a href="https://www.ivoa.net/documents/VOResource/">VOResource 1.1, section 3</a>
 */
public record Resource(
        Ivoid ivoid,
        String status,
        String type,
        @Nullable Instant created,
        @Nullable Instant updated,
        String title,
        String shortName,
        String description,
        String publisher,
        List<String> subjects,
        List<String> managedAuthorities,
        Summary summary,
        String xml,
        List<Fault> faults) {

    /** @param type with the canonical prefix; empty for a plain capability */
    public record Capability(String standardId, String type, List<Interface> interfaces) {}

    /** @param use {@code full}, {@code base}, {@code dir} or empty */
    public record Interface(
            String type, String role, String version, String accessUrl, String use, String securityMethod) {}

    private static final Set<String> STATES = Set.of("active", "inactive", "deleted");
    private static final int TITLE = 1000;
    private static final Pattern KIND = Pattern.compile("https?://\\S+/kinds/executable/\\S+");

    /** A record that cannot be kept at all. */
    public static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        public Unusable(String message) {
            super(message);
        }
    }

    /** @throws Unusable when it is not well formed, no {@code Resource}, or has no usable identifier */
    public static Resource read(byte[] bytes) throws Unusable {
        try {
            return read(Xml.parse(bytes).getDocumentElement());
        } catch (Xml.Unreadable e) {
            throw new Unusable(String.valueOf(e.getMessage()));
        }
    }

    /** @throws Unusable as {@link #read(byte[])} */
    public static Resource read(String xml) throws Unusable {
        return read(xml.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws Unusable when it is no {@code Resource} or has no usable identifier */
    public static Resource read(Element root) throws Unusable {
        String local = root.getLocalName();
        if (!"Resource".equals(local) && !"resource".equals(local)) {
            throw new Unusable("a record is a ri:Resource, not " + root.getNodeName());
        }
        String identifier = Xml.text(root, "identifier");
        Ivoid ivoid = Ivoid.of(identifier)
                .orElseThrow(() -> new Unusable(
                        identifier.isEmpty()
                                ? "the record has no identifier"
                                : "the identifier is none: " + cut(identifier, 200)));
        List<Fault> faults = new ArrayList<>();
        if (!Vo.RI.equals(root.getNamespaceURI())) {
            faults.add(new Fault("/", "The element is not in the namespace " + Vo.RI + "."));
        }
        String type = Xml.type(root);
        if (type.isEmpty()) {
            faults.add(new Fault("/@xsi:type", "Missing."));
            type = "vr:Resource";
        }
        String status = root.getAttribute("status").strip().toLowerCase(Locale.ROOT);
        if (!STATES.contains(status)) {
            faults.add(new Fault("/@status", "Must be active, inactive or deleted."));
            status = "active";
        }
        boolean deleted = status.equals("deleted");
        Instant created = instant(root, "created", faults);
        Instant updated = instant(root, "updated", faults);
        String title = required(root, faults, deleted, "title");
        String publisher = required(root, faults, deleted, "curation", "publisher");
        String description = required(root, faults, deleted, "content", "description");
        required(root, faults, deleted, "content", "subject");
        required(root, faults, deleted, "content", "referenceURL");
        required(root, faults, deleted, "curation", "contact", "name");
        String shortName = Xml.text(root, "shortName");
        if (shortName.length() > 16) {
            faults.add(new Fault("/shortName", "Longer than 16 characters."));
        }
        List<String> subjects = texts(Xml.first(root, "content"), "subject");
        List<String> authorities = new ArrayList<>();
        Xml.children(root, "managedAuthority")
                .forEach(a -> authorities.add(Xml.textOf(a).toLowerCase(Locale.ROOT)));
        if (type.equals("vg:Authority") && !ivoid.isAuthority()) {
            faults.add(new Fault("/identifier", "The identifier of an authority has no path."));
        }
        return new Resource(
                ivoid,
                status,
                cut(type, 100),
                created,
                updated,
                cut(title.isEmpty() ? ivoid.given() : title, TITLE),
                cut(shortName, 200),
                description,
                publisher,
                subjects,
                authorities,
                new Summary(
                        title,
                        cut(shortName, 200),
                        publisher,
                        description,
                        subjects,
                        creators(root),
                        texts(Xml.first(root, "coverage"), "waveband"),
                        kinds(root, subjects),
                        capabilities(root)),
                Xml.write(root),
                faults);
    }

    /** What the record can do. */
    public List<Capability> capabilities() {
        return summary.capabilities();
    }

    private static List<String> texts(Optional<Element> parent, String name) {
        return parent.map(element ->
                        Xml.children(element, name).stream().map(Xml::textOf).toList())
                .orElse(List.of());
    }

    private static List<String> creators(Element root) {
        return Xml.first(root, "curation").map(curation -> Xml.children(curation, "creator")).orElse(List.of()).stream()
                .map(creator -> Xml.text(creator, "name"))
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /** The executable kinds a record names: in a planner's capability, or among its subjects. */
    private static List<String> kinds(Element root, List<String> subjects) {
        Set<String> kinds = new LinkedHashSet<>(kinds(root));
        for (String subject : subjects) {
            if (KIND.matcher(subject).matches()) {
                kinds.add(subject);
            }
        }
        return List.copyOf(kinds);
    }

    /** The executable kinds that the capabilities of a record or of a VOSI document name, as they are written there. */
    public static List<String> kinds(Element parent) {
        List<String> kinds = new ArrayList<>();
        for (Element capability : Xml.children(parent, "capability")) {
            kinds.addAll(texts(Optional.of(capability), "executableKind"));
        }
        return kinds;
    }

    /** The short name of an executable kind: what follows the last slash of its URI. */
    public static String lastOf(String kind) {
        return kind.substring(kind.lastIndexOf('/') + 1).replaceFirst("\\.yaml$", "");
    }

    /** The capabilities among the children of a record or of a VOSI document. */
    public static List<Capability> capabilities(Element parent) {
        List<Capability> capabilities = new ArrayList<>();
        for (Element element : Xml.children(parent, "capability")) {
            List<Interface> interfaces = new ArrayList<>();
            for (Element face : Xml.children(element, "interface")) {
                String use = Xml.first(face, "accessURL")
                        .map(url -> url.getAttribute("use").strip())
                        .orElse("");
                String method = Xml.first(face, "securityMethod")
                        .map(security -> security.getAttribute("standardID").strip())
                        .orElse("");
                interfaces.add(new Interface(
                        cut(Xml.type(face), 100),
                        cut(face.getAttribute("role").strip(), 100),
                        cut(face.getAttribute("version").strip(), 50),
                        cut(Xml.text(face, "accessURL"), 2000),
                        cut(use, 10),
                        cut(method, 400)));
            }
            capabilities.add(new Capability(
                    cut(element.getAttribute("standardID").strip(), 400),
                    cut(Xml.type(element), 100),
                    List.copyOf(interfaces)));
        }
        return capabilities;
    }

    /** The first address of a capability, if the record has it. */
    public Optional<String> accessUrl(String standardId) {
        return capabilities().stream()
                .filter(capability -> capability.standardId().equalsIgnoreCase(standardId))
                .flatMap(capability -> capability.interfaces().stream())
                .map(Interface::accessUrl)
                .filter(url -> !url.isEmpty())
                .findFirst();
    }

    /** The same record with other status and dates, written into its attributes. */
    public Resource stamped(String newStatus, Instant newCreated, Instant newUpdated) {
        try {
            Document document = Xml.parse(xml.getBytes(StandardCharsets.UTF_8));
            Element root = document.getDocumentElement();
            root.setAttribute("status", newStatus);
            root.setAttribute("created", stamp(newCreated));
            root.setAttribute("updated", stamp(newUpdated));
            return read(root);
        } catch (Xml.Unreadable | Unusable e) {
            throw new IllegalStateException("a record that was read can be read again", e);
        }
    }

    /** An instant as the VO's documents write it, to the second, in UTC. */
    public static String stamp(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String required(Element root, List<Fault> faults, boolean deleted, String... path) {
        String text = Xml.text(root, path);
        if (text.isEmpty() && !deleted) {
            faults.add(new Fault("/" + String.join("/", path), "Missing or empty."));
        }
        return text;
    }

    private static @Nullable Instant instant(Element root, String attribute, List<Fault> faults) {
        String text = root.getAttribute(attribute).strip();
        if (text.isEmpty()) {
            faults.add(new Fault("/@" + attribute, "Missing."));
            return null;
        }
        // VOResource's UTCTimestamp may leave the Z out; dates alone are seen too.
        String whole = text.length() == 10 ? text + "T00:00:00" : text;
        try {
            return Times.read(whole).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            faults.add(new Fault("/@" + attribute, "Not a time such as 2026-11-21T06:00:00Z."));
            return null;
        }
    }

    static String cut(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
        return text.substring(0, end);
    }
}
