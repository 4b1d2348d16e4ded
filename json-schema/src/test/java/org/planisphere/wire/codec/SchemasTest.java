package org.planisphere.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import jakarta.xml.bind.JAXBContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.planisphere.wire.Problem;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The XSD, the JSON Schemas, the wire types and the examples say the same. */
class SchemasTest {
    private static final String BASE = "https://www.purl.org/planisphere/schema/";
    private static final Path FOLDER = Path.of("src/main/resources/org/planisphere/schema");
    private static final ObjectMapper PLAIN = new ObjectMapper();
    private static final Schema XSD = xsd();
    static final JsonSchemaFactory JSON = JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            builder -> builder.schemaMappers(mappers -> mappers.mapPrefix(BASE, "classpath:org/planisphere/schema/")));

    private static Schema xsd() {
        try {
            return SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                    .newSchema(Problem.class.getResource("planisphere.xsd"));
        } catch (org.xml.sax.SAXException e) {
            throw new IllegalStateException(e);
        }
    }

    static Set<ValidationMessage> violations(String schema, JsonNode document) {
        return JSON.getSchema(SchemaLocation.of(BASE + schema)).validate(document);
    }

    private static void validate(byte[] xml) throws Exception {
        XSD.newValidator().validate(new StreamSource(new ByteArrayInputStream(xml)));
    }

    static Stream<Example> json() {
        return Example.of(Format.JSON);
    }

    static Stream<Example> xml() {
        return Example.of(Format.XML);
    }

    static Stream<Path> schemas() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files
                    .filter(file -> file.toString().endsWith(".json"))
                    .filter(file -> !file.endsWith("kinds.json"))
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("json")
    void everyExampleIsValidAgainstItsJsonSchema(Example example) throws Exception {
        assertThat(violations(example.schema() + ".json", PLAIN.readTree(example.bytes())))
                .isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("xml")
    void everyExampleIsValidAgainstTheXsd(Example example) {
        assertThatCode(() -> validate(example.bytes())).doesNotThrowAnyException();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("json")
    void everyXmlWeWriteIsValidAgainstTheXsd(Example example) throws Exception {
        Object value = Codecs.read(example.bytes(), Format.JSON, example.type());
        assertThatCode(() -> validate(Codecs.write(value, Format.XML))).doesNotThrowAnyException();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("json")
    void anyJaxbReaderUnderstandsOurXmlAndWeUnderstandAnyJaxbWriter(Example example) throws Exception {
        Object value = Codecs.read(example.bytes(), Format.JSON, example.type());
        byte[] ours = Codecs.write(value, Format.JSON);
        JAXBContext jaxb = JAXBContext.newInstance(example.type());
        Object theirs = jaxb.createUnmarshaller().unmarshal(new ByteArrayInputStream(Codecs.write(value, Format.XML)));
        assertThat(Codecs.write(theirs, Format.JSON)).isEqualTo(ours);
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        jaxb.createMarshaller().marshal(value, out);
        assertThat(Codecs.write(Codecs.read(out.toByteArray(), Format.XML, example.type()), Format.JSON))
                .isEqualTo(ours);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("schemas")
    void everyJsonSchemaIsOneAndAllItsReferencesResolve(Path file) throws Exception {
        JsonNode schema = PLAIN.readTree(file.toFile());
        String name = FOLDER.relativize(file).toString().replace('\\', '/');
        assertThat(schema.path("$id").asText()).isEqualTo(BASE + name);
        JsonSchema meta =
                JSON.getSchema(SchemaLocation.of(JsonMetaSchema.getV202012().getIri()));
        assertThat(meta.validate(schema)).isEmpty();
        assertThatCode(() -> JSON.getSchema(SchemaLocation.of(BASE + name)).initializeValidators())
                .doesNotThrowAnyException();
    }

    @Test
    void everyKindIsListedDescribedAndHasAnExampleOrIsAConnector() throws Exception {
        Set<String> listed = new TreeSet<>();
        for (JsonNode kind : PLAIN.readTree(Schemas.kinds())) {
            String group = kind.path("group").asText();
            String name = kind.path("name").asText();
            listed.add("kinds/" + group + "/" + name + ".json");
            assertThat(Schemas.kind(group, name)).isPresent();
            assertThat(Schemas.kind(group, name + ".yaml")).isPresent();
            String uri = kind.path("kind").asText();
            JsonNode schema = PLAIN.readTree(Schemas.kind(group, name).orElseThrow());
            assertThat(uri)
                    .containsPattern(schema.path("properties")
                            .path("kind")
                            .path("pattern")
                            .asText());
            assertThat(Example.of(Format.JSON)
                            .anyMatch(example -> new String(example.bytes(), StandardCharsets.UTF_8).contains(uri)))
                    .as("an example of " + uri)
                    .isTrue();
        }
        Set<String> files = new TreeSet<>();
        schemas()
                .filter(file -> file.toString().contains("kinds"))
                .forEach(file -> files.add(FOLDER.relativize(file).toString()));
        assertThat(files).isEqualTo(listed);
    }

    @Test
    void servesNothingButDescriptions() {
        assertThat(Schemas.kind("..", "x")).isEmpty();
        assertThat(Schemas.kind("executable", "../../execution-request")).isEmpty();
        assertThat(Schemas.document("../wire/planisphere")).isEmpty();
        assertThat(Schemas.tryIt("../openapi.yaml")).isEmpty();
        assertThat(Schemas.document("execution-request")).isPresent();
        assertThat(Schemas.document("components.json")).isPresent();
        assertThat(Schemas.xsd()).isNotEmpty();
        assertThat(Schemas.problemXsd()).isNotEmpty();
    }

    @Test
    void aComponentWithoutKindIsInvalidInBoth() throws Exception {
        assertThat(violations("execution-request.json", PLAIN.readTree("{\"executable\":{}}")))
                .isNotEmpty();
        assertThatCode(() ->
                        validate("<offers-request><executable/></offers-request>".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(org.xml.sax.SAXException.class);
    }

    @Test
    void aKindsOwnFieldsAreCheckedUnderAnyBase() throws Exception {
        for (String base : List.of(
                "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/",
                "https://other.example/v0/kinds/")) {
            assertThat(violations(
                            "execution-request.json",
                            PLAIN.readTree("{\"executable\":{\"kind\":\"" + base
                                    + "executable/docker-container.yaml\",\"image\":{\"locations\":\"one\"}}}")))
                    .isNotEmpty();
        }
    }

    /** Every wire type's fields are those of its complex type and of its JSON Schema, and no others. */
    @Test
    void wireTypesXsdAndJsonSchemasHaveTheSameFields() throws Exception {
        Document xsd = parse("planisphere.xsd");
        JsonNode components = PLAIN.readTree(Schemas.document("components").orElseThrow());
        Set<Class<?>> seen = new HashSet<>();
        List<String> differences = new ArrayList<>();
        Example.of(Format.JSON)
                .map(Example::type)
                .distinct()
                .forEach(type -> compare(type, seen, (wire, shape) -> {
                    Set<String> elements = new TreeSet<>();
                    Set<String> names = new TreeSet<>();
                    for (Shape.Member member : shape.members()) {
                        elements.add((member.attribute() ? "@" : "")
                                + member.element()
                                + (member.item() == null ? "" : "/" + member.item()));
                        names.add(member.name());
                        assertThat(member.element())
                                .as("the name in JSON is the name in XML")
                                .isEqualTo(member.name());
                    }
                    String name = wire.getSimpleName();
                    if (!name.startsWith("Problem")) {
                        Set<String> declared = declared(xsd, name.equals("StartDuration") ? "StartInterval" : name);
                        if (!declared.equals(elements)) {
                            differences.add("XSD " + name + ": " + declared + " but the type has " + elements);
                        }
                    }
                    Set<String> properties =
                            properties(components, name.equals("StartDuration") ? "StartInterval" : name);
                    if (!properties.equals(names)) {
                        differences.add("JSON Schema " + name + ": " + properties + " but the type has " + names);
                    }
                }));
        assertThat(differences).isEmpty();
        assertThat(seen).hasSizeGreaterThan(30);
    }

    private interface Comparison {
        void accept(Class<?> type, Shape shape);
    }

    private static void compare(Class<?> type, Set<Class<?>> seen, Comparison comparison) {
        if (seen.add(type)) {
            Shape shape = Shape.of(type);
            comparison.accept(type, shape);
            for (Shape.Member member : shape.members()) {
                if (member.content() == Shape.Content.OBJECT || member.content() == Shape.Content.OBJECTS) {
                    compare(member.type(), seen, comparison);
                }
            }
        }
    }

    private static Document parse(String resource) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Problem.class.getResource(resource).toString());
    }

    private static Set<String> declared(Document xsd, String type) {
        Set<String> declared = new TreeSet<>();
        NodeList types = xsd.getElementsByTagName("xs:complexType");
        for (int i = 0; i < types.getLength(); i++) {
            Element complex = (Element) types.item(i);
            if (complex.getAttribute("name").equals(type)) {
                NodeList elements = complex.getElementsByTagName("xs:element");
                for (int j = 0; j < elements.getLength(); j++) {
                    Element element = (Element) elements.item(j);
                    Element all = (Element) element.getParentNode();
                    if (all.getLocalName() == null ? all.getTagName().equals("xs:all") : false) {
                        NodeList items = element.getElementsByTagName("xs:element");
                        declared.add(element.getAttribute("name")
                                + (items.getLength() == 0 ? "" : "/" + ((Element) items.item(0)).getAttribute("name")));
                    }
                }
                NodeList attributes = complex.getElementsByTagName("xs:attribute");
                for (int j = 0; j < attributes.getLength(); j++) {
                    declared.add("@" + ((Element) attributes.item(j)).getAttribute("name"));
                }
            }
        }
        return declared;
    }

    private static Set<String> properties(JsonNode components, String type) {
        try {
            JsonNode schema = components.path("$defs").path(type);
            if (schema.isMissingNode()) {
                String file = type.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(java.util.Locale.ROOT);
                schema = PLAIN.readTree(Schemas.document(file).orElseThrow());
            }
            Set<String> names = new TreeSet<>();
            schema.path("properties").fieldNames().forEachRemaining(names::add);
            for (JsonNode branch : schema.path("allOf")) {
                String ref = branch.path("then").path("$ref").asText("");
                if (ref.startsWith(BASE + "kinds/")) {
                    String[] parts = ref.substring((BASE + "kinds/").length()).split("/");
                    PLAIN.readTree(Schemas.kind(parts[0], parts[1]).orElseThrow())
                            .path("properties")
                            .fieldNames()
                            .forEachRemaining(names::add);
                }
            }
            return names;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
