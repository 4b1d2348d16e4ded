package org.planisphere.registry.regtap;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/**
 * Makes the rows of one record: what is said of the resource as a whole. Whoever is lower-cased, joined or left out is so
 * by the rules of the standard.
 *
 * @see <a href="https://www.ivoa.net/documents/RegTAP/">RegTAP 1.2, section 4</a>
 */
final class RecordReader {
    private final String ivoid;
    private final Element root;
    private final Rows rows;

    private RecordReader(String ivoid, Element root, Rows rows) {
        this.ivoid = ivoid;
        this.root = root;
        this.rows = rows;
    }

    /**
     * Adds the rows of a record.
     *
     * @param ivoid lower case
     * @param root {@code ri:Resource} of an active record
     */
    static void read(String ivoid, Element root, Rows rows) {
        RecordReader reader = new RecordReader(ivoid, root, rows);
        reader.resource();
        reader.roles();
        reader.content();
        reader.validation();
        Details.collect(root, "", null, ivoid, rows);
        new CapabilityReader(ivoid, rows).read(root);
        new TableReader(ivoid, rows).read(root);
        new CoverageReader(ivoid, rows).read(root);
    }

    private void resource() {
        Element content = Texts.child(root, "content");
        Element curation = Texts.child(root, "curation");
        Element coverage = Texts.child(root, "coverage");
        Element source = Texts.child(content, "source");
        Element rights = Texts.child(root, "rights");
        String type = Texts.type(root);
        rows.add(
                "rr.resource",
                ivoid,
                type == null ? "vr:resource" : type,
                Texts.time(Texts.attribute(root, "created")),
                Texts.of(Texts.child(root, "shortName")),
                Texts.of(Texts.child(root, "title")),
                Texts.time(Texts.attribute(root, "updated")),
                Texts.lower(Texts.joined(content, "contentLevel", "#")),
                Texts.of(Texts.child(content, "description")),
                Texts.of(Texts.child(content, "referenceURL")),
                creators(curation),
                Texts.lower(Texts.joined(content, "type", "#")),
                Texts.lowerAttribute(source, "format"),
                Texts.of(source),
                Texts.of(Texts.child(curation, "version")),
                Texts.number(Texts.of(Texts.child(coverage, "regionOfRegard"))),
                Texts.lower(Texts.joined(coverage, "waveband", "#")),
                Texts.of(rights),
                Texts.attribute(rights, "rightsURI"));
    }

    private static @Nullable String creators(@Nullable Element curation) {
        StringBuilder all = new StringBuilder();
        for (Element creator : Texts.children(curation, "creator")) {
            String name = Texts.of(Texts.child(creator, "name"));
            if (name != null) {
                all.append(all.isEmpty() ? "" : "; ").append(name);
            }
        }
        return all.isEmpty() ? null : all.toString();
    }

    private void roles() {
        alternates(root);
        Element curation = Texts.child(root, "curation");
        for (Element publisher : Texts.children(curation, "publisher")) {
            role("publisher", publisher, null, null);
        }
        for (Element contributor : Texts.children(curation, "contributor")) {
            role("contributor", contributor, null, null);
        }
        for (Element creator : Texts.children(curation, "creator")) {
            role("creator", Texts.child(creator, "name"), null, Texts.of(Texts.child(creator, "logo")));
            alternates(creator);
        }
        for (Element contact : Texts.children(curation, "contact")) {
            role("contact", Texts.child(contact, "name"), contact, null);
            alternates(contact);
        }
        for (Element date : Texts.children(curation, "date")) {
            rows.add(
                    "rr.res_date",
                    ivoid,
                    Texts.time(Texts.of(date)),
                    Terms.dateRole(Texts.lowerAttribute(date, "role")));
        }
    }

    private void role(String role, @Nullable Element name, @Nullable Element contact, @Nullable String logo) {
        String called = Texts.of(name);
        if (called == null && contact == null) {
            return;
        }
        rows.add(
                "rr.res_role",
                ivoid,
                called,
                Texts.lowerAttribute(name, "ivo-id"),
                Texts.of(Texts.child(contact, "address")),
                Texts.of(Texts.child(contact, "email")),
                Texts.of(Texts.child(contact, "telephone")),
                contact == null ? logo : Texts.of(Texts.child(contact, "logo")),
                role);
    }

    private void alternates(Element parent) {
        for (Element other : Texts.children(parent, "altIdentifier")) {
            String identifier = Texts.of(other);
            if (identifier != null) {
                rows.add("rr.alt_identifier", ivoid, identifier);
            }
        }
    }

    private void content() {
        Element content = Texts.child(root, "content");
        for (Element subject : Texts.children(content, "subject")) {
            String text = Texts.of(subject);
            if (text != null) {
                rows.add("rr.res_subject", ivoid, text);
            }
        }
        for (Element relationship : Texts.children(content, "relationship")) {
            String type = Terms.relationship(Texts.lower(Texts.child(relationship, "relationshipType")));
            List<Element> related = Texts.children(relationship, "relatedResource");
            for (Element other : related) {
                rows.add("rr.relationship", ivoid, type, Texts.lowerAttribute(other, "ivo-id"), Texts.of(other));
            }
        }
    }

    private void validation() {
        for (Element level : Texts.children(root, "validationLevel")) {
            rows.add(
                    "rr.validation",
                    ivoid,
                    Texts.lowerAttribute(level, "validatedBy"),
                    Texts.whole(Texts.of(level)),
                    null);
        }
    }
}
