package org.planisphere.registry.resource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.transform.Source;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.ValidatorHandler;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.codec.Fault;
import org.w3c.dom.Element;
import org.w3c.dom.ls.LSInput;
import org.xml.sax.Attributes;
import org.xml.sax.ErrorHandler;
import org.xml.sax.Locator;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.AttributesImpl;
import org.xml.sax.helpers.DefaultHandler;

/**
 * A catalogue of XML schemas, by which records are checked: every XSD of a folder, found by its namespace. Nothing else is
 * read, whatever the schemas import. Thread safe.
 */
public final class Schemas {
    /** No catalogue: nothing is checked. */
    public static final Schemas NONE = new Schemas(null, List.of(), IdNames.NONE);

    private static final int MOST_FAULTS = 50;
    private static final String SCHEME = "catalogue:";
    /** Our own extension is always known where VOResource is. */
    private static final String EXTENSION = "planisphere-registry.xsd";

    /** What stands around the records of a run; each of them must be known, as the root of a document must. */
    private static final String AROUND = "urn:planisphere:records";

    private static final String ENVELOPE = "planisphere-records.xsd";
    private static final String ENVELOPE_XSD = "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\""
            + " targetNamespace=\"" + AROUND + "\"><xs:element name=\"records\"><xs:complexType><xs:sequence>"
            + "<xs:any minOccurs=\"0\" maxOccurs=\"unbounded\"/></xs:sequence></xs:complexType></xs:element></xs:schema>";

    private static final System.Logger LOG = System.getLogger(Schemas.class.getName());

    private final @Nullable Schema schema;
    private final List<String> namespaces;
    private final IdNames ids;
    /** Making a validator takes as long as checking a record: those that are free. */
    private final Queue<ValidatorHandler> validators = new ConcurrentLinkedQueue<>();

    private Schemas(@Nullable Schema schema, List<String> namespaces, IdNames ids) {
        this.schema = schema;
        this.namespaces = List.copyOf(namespaces);
        this.ids = ids;
    }

    /**
     * Reads every {@code *.xsd} of a folder and what is below it. Where several have one namespace, the one with the
     * greatest name is taken, so that {@code VOResource-v1.1.xsd} comes before {@code VOResource-v1.0.xsd}. A schema that
     * the validator does not take is left out, and the log says so.
     *
     * @throws IllegalArgumentException when none is left
     */
    public static Schemas of(Path folder) {
        Map<String, Path> files = new TreeMap<>();
        Map<String, byte[]> byName = new HashMap<>();
        Map<String, String> fileOf = new LinkedHashMap<>();
        try (Stream<Path> all = Files.walk(folder, 4)) {
            all.filter(file -> file.getFileName().toString().endsWith(".xsd"))
                    .forEach(file -> files.putIfAbsent(file.getFileName().toString(), file));
            for (Map.Entry<String, Path> file : files.entrySet()) {
                byte[] bytes = Files.readAllBytes(file.getValue());
                byName.put(file.getKey(), bytes);
                String namespace = targetOf(bytes);
                if (!namespace.isEmpty() && !namespace.equals(XMLConstants.W3C_XML_SCHEMA_NS_URI)) {
                    fileOf.put(namespace, file.getKey());
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("the schemas in " + folder + " cannot be read: " + e.getMessage(), e);
        }
        if (fileOf.isEmpty()) {
            throw new IllegalArgumentException("there is no XML schema (*.xsd) in " + folder);
        }
        byName.put(ENVELOPE, ENVELOPE_XSD.getBytes(StandardCharsets.UTF_8));
        if (fileOf.containsKey(Vo.VR) && !fileOf.containsKey(Vo.EBR)) {
            byName.put(EXTENSION, org.planisphere.wire.codec.Schemas.registryXsd());
            fileOf.put(Vo.EBR, EXTENSION);
        }
        while (!fileOf.isEmpty()) {
            try {
                return new Schemas(compile(byName, fileOf), List.copyOf(fileOf.keySet()), IdNames.of(byName.values()));
            } catch (SAXParseException e) {
                String said = "line " + e.getLineNumber() + ": " + e.getMessage();
                String file = String.valueOf(e.getSystemId()).replaceFirst("^" + SCHEME, "");
                if (!fileOf.values().removeIf(file::equals)) {
                    throw new IllegalArgumentException("the schemas in " + folder + " do not fit together: " + said, e);
                }
                LOG.log(System.Logger.Level.WARNING, "the schema " + file + " is left out: " + said);
            } catch (SAXException e) {
                throw new IllegalArgumentException(
                        "the schemas in " + folder + " do not fit together: " + e.getMessage(), e);
            }
        }
        throw new IllegalArgumentException("none of the schemas in " + folder + " can be used");
    }

    private static Schema compile(Map<String, byte[]> byName, Map<String, String> fileOf) throws SAXException {
        SchemaFactory factory = SchemaFactory.newDefaultInstance();
        try {
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            // Some schemas of the IVOA pass all uses and not this one.
            factory.setFeature("http://apache.org/xml/features/validation/schema-full-checking", false);
            // A description may have any number of elements; the schemas are the operator's.
            factory.setProperty("jdk.xml.maxOccurLimit", "0");
            // Whatever is imported goes through the resolver below, which reads nothing but the folder.
            factory.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "all");
            factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        } catch (SAXException e) {
            throw new IllegalStateException("every Java has a schema validator", e);
        }
        factory.setResourceResolver((type, namespace, publicId, systemId, base) -> {
            String file = namespace == null ? null : fileOf.get(namespace);
            if (file == null && systemId != null) {
                String name = systemId.substring(systemId.lastIndexOf('/') + 1);
                file = byName.containsKey(name) ? name : null;
            }
            byte[] bytes = file == null ? null : byName.get(file);
            return new Input(bytes == null ? new byte[0] : bytes, SCHEME + file);
        });
        List<Source> sources = new ArrayList<>();
        List<String> all = new ArrayList<>(fileOf.values());
        all.add(ENVELOPE);
        for (String file : all) {
            byte[] bytes = byName.get(file);
            if (bytes != null) {
                sources.add(new StreamSource(new ByteArrayInputStream(bytes), SCHEME + file));
            }
        }
        return factory.newSchema(sources.toArray(new Source[0]));
    }

    /** The namespaces it knows; none when there is no catalogue. */
    public List<String> namespaces() {
        return namespaces;
    }

    /** What is wrong with a document, each with its path and line; at most fifty. Nothing when there is no catalogue. */
    public List<Fault> faults(String xml) {
        return schema == null ? List.of() : faults(xml.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@link #faults(String)}. */
    public List<Fault> faults(byte[] xml) {
        if (schema == null) {
            return List.of();
        }
        ValidatorHandler free = validators.poll();
        ValidatorHandler validator = free == null ? schema.newValidatorHandler() : free;
        Checker checker = new Checker(validator);
        try {
            Xml.read(new ByteArrayInputStream(xml), checker);
            // One that did not come to the end of its document is not used again.
            validator.setErrorHandler(null);
            validators.add(validator);
        } catch (Xml.Unreadable e) {
            if (checker.faults.isEmpty()) {
                checker.faults.add(new Fault("/", String.valueOf(e.getMessage())));
            }
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory does not fail", e);
        }
        return List.copyOf(checker.faults);
    }

    /**
     * What is wrong with a record that is a tree already, each with its path; at most fifty. Nothing when there is no
     * catalogue.
     */
    public List<Fault> faults(Element root) {
        if (schema == null) {
            return List.of();
        }
        ValidatorHandler free = validators.poll();
        ValidatorHandler validator = free == null ? schema.newValidatorHandler() : free;
        Checker checker = new Checker(validator);
        try {
            TreeWalk.walk(root, checker);
            validator.setErrorHandler(null);
            validators.add(validator);
        } catch (SAXException e) {
            if (checker.faults.isEmpty()) {
                checker.faults.add(new Fault("/", String.valueOf(e.getMessage())));
            }
        }
        return List.copyOf(checker.faults);
    }

    /** Checks many records, one after the other, faster than each by itself. */
    public Run run() {
        return new Run();
    }

    /**
     * Many records, checked as the parts of one document: between two documents a validator sets back all that it knows of
     * the schemas, which takes a quarter of the time. What is only right of a document as a whole, identifiers within it
     * and its root, is checked of a record by itself. One thread at a time.
     */
    public final class Run {
        /** What a validator keeps of a document must not grow without end. */
        private static final int MOST = 500;

        private @Nullable ValidatorHandler open;
        private @Nullable Checker at;
        private int parts;

        private Run() {}

        /** As {@link Schemas#faults(Element)}. */
        public List<Fault> faults(Element root) {
            if (schema == null) {
                return List.of();
            }
            try {
                ValidatorHandler validator = open == null ? begin(schema) : open;
                Checker checker = new Checker(validator, ids);
                at = checker;
                TreeWalk.part(root, checker);
                if (++parts >= MOST) {
                    end(validator);
                }
                if (!checker.ofDocument) {
                    return List.copyOf(checker.faults);
                }
                if (open != null) {
                    end(open);
                }
            } catch (SAXException e) {
                // It did not come to the end of its document: not used again.
                open = null;
                at = null;
            }
            return Schemas.this.faults(root);
        }

        private ValidatorHandler begin(Schema known) throws SAXException {
            ValidatorHandler free = validators.poll();
            ValidatorHandler validator = free == null ? known.newValidatorHandler() : free;
            validator.setErrorHandler(new Passing());
            validator.startDocument();
            validator.startElement(AROUND, "records", "records", new AttributesImpl());
            open = validator;
            parts = 0;
            return validator;
        }

        private void end(ValidatorHandler validator) throws SAXException {
            at = null;
            validator.endElement(AROUND, "records", "records");
            validator.endDocument();
            validator.setErrorHandler(null);
            validators.add(validator);
            open = null;
        }

        /** Passes faults on to the record that is being checked. */
        private final class Passing implements ErrorHandler {
            @Override
            public void warning(SAXParseException e) {
                // a warning changes nothing
            }

            @Override
            public void error(SAXParseException e) throws SAXException {
                if (at != null) {
                    at.error(e);
                }
            }

            @Override
            public void fatalError(SAXParseException e) throws SAXException {
                throw e;
            }
        }
    }

    private static String targetOf(byte[] xsd) {
        try {
            return Xml.parse(xsd).getDocumentElement().getAttribute("targetNamespace");
        } catch (Xml.Unreadable e) {
            // Such as the schema of schemas, which has a document type; not one by which records are checked.
            return "";
        }
    }

    /** Passes a document on to the validator and remembers where it is. */
    private static final class Checker extends DefaultHandler implements ErrorHandler {
        private final ValidatorHandler validator;
        private final List<Fault> faults = new ArrayList<>();
        private final Deque<String> path = new ArrayDeque<>();
        private final Deque<Children> counts = new ArrayDeque<>();

        private final IdNames ids;
        /** Whether something was seen that is only right, or only wrong, of a document as a whole. */
        private boolean ofDocument;

        /** A document by itself. */
        Checker(ValidatorHandler validator) {
            this(validator, IdNames.NONE);
            validator.setErrorHandler(this);
        }

        /** A part of a document; whoever began that passes on the faults. */
        Checker(ValidatorHandler validator, IdNames ids) {
            this.validator = validator;
            this.ids = ids;
            counts.push(new Children());
        }

        @Override
        public void setDocumentLocator(Locator locator) {
            validator.setDocumentLocator(locator);
        }

        @Override
        public void startDocument() throws SAXException {
            validator.startDocument();
        }

        @Override
        public void endDocument() throws SAXException {
            validator.endDocument();
        }

        @Override
        public void startPrefixMapping(String prefix, String uri) throws SAXException {
            validator.startPrefixMapping(prefix, uri);
        }

        @Override
        public void endPrefixMapping(String prefix) throws SAXException {
            validator.endPrefixMapping(prefix);
        }

        @Override
        public void startElement(String uri, String local, String name, Attributes attributes) throws SAXException {
            int count = counts.element().count(local);
            path.addLast(count == 1 ? local : local + "[" + count + "]");
            counts.push(new Children());
            ofDocument |= ids.within(local, attributes);
            validator.startElement(uri, local, name, attributes);
        }

        @Override
        public void endElement(String uri, String local, String name) throws SAXException {
            validator.endElement(uri, local, name);
            path.removeLast();
            counts.pop();
        }

        @Override
        public void characters(char[] letters, int start, int length) throws SAXException {
            validator.characters(letters, start, length);
        }

        @Override
        public void ignorableWhitespace(char[] letters, int start, int length) throws SAXException {
            validator.ignorableWhitespace(letters, start, length);
        }

        @Override
        public void warning(SAXParseException e) {
            // a warning changes nothing
        }

        @Override
        public void error(SAXParseException e) throws SAXException {
            String message = String.valueOf(e.getMessage());
            // The parser tells many faults twice, of the type and of the element or attribute; the first is clearer.
            if (message.startsWith("cvc-type.3.1.3") || message.startsWith("cvc-attribute.3")) {
                return;
            }
            ofDocument |=
                    message.startsWith("cvc-id") || path.size() <= 1 && message.startsWith("cvc-complex-type.2.4.c");
            String line = e.getLineNumber() < 0 ? "" : "line " + e.getLineNumber() + ": ";
            String detail = line + message.replaceAll("\\s+", " ");
            faults.add(new Fault("/" + String.join("/", path), Resource.cut(detail, 500)));
            if (faults.size() >= MOST_FAULTS) {
                throw new SAXException("too many faults");
            }
        }

        @Override
        public void fatalError(SAXParseException e) throws SAXException {
            throw e;
        }
    }

    /** How many children of each name an element has had; most elements have none. */
    private static final class Children {
        private @Nullable Map<String, Integer> seen;

        int count(String name) {
            Map<String, Integer> known = seen;
            if (known == null) {
                known = new HashMap<>();
                seen = known;
            }
            return known.merge(name, 1, Integer::sum);
        }
    }

    /** A schema as the parser wants it handed over. */
    private record Input(byte[] bytes, String name) implements LSInput {
        @Override
        public InputStream getByteStream() {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public String getSystemId() {
            return name;
        }

        @Override
        public java.io.@Nullable Reader getCharacterStream() {
            return null;
        }

        @Override
        public @Nullable String getStringData() {
            return null;
        }

        @Override
        public @Nullable String getPublicId() {
            return null;
        }

        @Override
        public @Nullable String getBaseURI() {
            return null;
        }

        @Override
        public @Nullable String getEncoding() {
            return null;
        }

        @Override
        public boolean getCertifiedText() {
            return false;
        }

        @Override
        public void setCharacterStream(java.io.@Nullable Reader reader) {}

        @Override
        public void setByteStream(@Nullable InputStream stream) {}

        @Override
        public void setStringData(@Nullable String text) {}

        @Override
        public void setSystemId(@Nullable String id) {}

        @Override
        public void setPublicId(@Nullable String id) {}

        @Override
        public void setBaseURI(@Nullable String uri) {}

        @Override
        public void setEncoding(@Nullable String encoding) {}

        @Override
        public void setCertifiedText(boolean certified) {}
    }
}
