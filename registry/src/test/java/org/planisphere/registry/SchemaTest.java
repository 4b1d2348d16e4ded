package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.transform.Source;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.resource.Ivoid;
import org.w3c.dom.ls.LSInput;

/** Everything the registry says in the VO's vocabularies is valid against the IVOA's and the Open Archives' schemas. */
class SchemaTest {
    private static final Map<String, String> FILES = Map.ofEntries(
            Map.entry("http://www.openarchives.org/OAI/2.0/", "OAI-PMH.xsd"),
            Map.entry("http://www.openarchives.org/OAI/2.0/oai_dc/", "oai_dc.xsd"),
            Map.entry("http://purl.org/dc/elements/1.1/", "simpledc20021212.xsd"),
            Map.entry("http://www.ivoa.net/xml/VOResource/v1.0", "VOResource-v1.1.xsd"),
            Map.entry("http://www.ivoa.net/xml/RegistryInterface/v1.0", "RegistryInterface-v1.0.xsd"),
            Map.entry("http://www.ivoa.net/xml/VORegistry/v1.0", "VORegistry-v1.0.xsd"),
            Map.entry("http://www.ivoa.net/xml/VODataService/v1.1", "VODataService-v1.2.xsd"),
            Map.entry("http://www.ivoa.net/xml/StandardsRegExt/v1.0", "StandardsRegExt-1.0.xsd"),
            Map.entry("http://www.ivoa.net/xml/TAPRegExt/v1.0", "TAPRegExt-v1.0.xsd"),
            Map.entry("http://www.ivoa.net/xml/STC/stc-v1.30.xsd", "STC-v1.30.xsd"),
            Map.entry("http://www.ivoa.net/xml/VOSICapabilities/v1.0", "VOSICapabilities-v1.0.xsd"),
            Map.entry("http://www.ivoa.net/xml/VOSIAvailability/v1.0", "VOSIAvailability-v1.0.xsd"),
            Map.entry("http://www.w3.org/1999/xlink", "xlink.xsd"),
            Map.entry("http://www.w3.org/XML/1998/namespace", "xml.xsd"));

    private static Schema schema;
    private static RegistryServer server;

    @BeforeAll
    static void begin() throws Exception {
        SchemaFactory factory = SchemaFactory.newDefaultInstance();
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "all");
        factory.setResourceResolver((type, namespace, publicId, systemId, base) -> {
            String file = namespace == null ? null : FILES.get(namespace);
            if (file == null && systemId != null) {
                file = systemId.substring(systemId.lastIndexOf('/') + 1);
            }
            InputStream in = file == null ? null : SchemaTest.class.getResourceAsStream("/schema/" + file);
            return new Input(in == null ? new ByteArrayInputStream(new byte[0]) : in, "schema:" + file);
        });
        List<Source> sources = new ArrayList<>();
        for (String file : List.of(
                "RegistryInterface-v1.0.xsd",
                "VORegistry-v1.0.xsd",
                "VODataService-v1.2.xsd",
                "StandardsRegExt-1.0.xsd",
                "TAPRegExt-v1.0.xsd",
                "VOSICapabilities-v1.0.xsd",
                "VOSIAvailability-v1.0.xsd",
                "oai_dc.xsd",
                "OAI-PMH.xsd")) {
            sources.add(new StreamSource(SchemaTest.class.getResourceAsStream("/schema/" + file), "schema:" + file));
        }
        schema = factory.newSchema(sources.toArray(new Source[0]));
        server = new RegistryServer(DatabaseKind.H2, 4);
        server.fixture.web.planner("http://a.example/planner");
        server.fixture.registry.register(
                Fixture.of("http://a.example/planner/capabilities", "A <planner> & more"), Fixture.PUBLISHER);
        server.fixture.registry.publish(
                Fixture.record("ivo://example.planner/gone", "Gone").getBytes(StandardCharsets.UTF_8),
                null,
                Fixture.PUBLISHER);
        server.fixture.registry.delete(new Ivoid("ivo://example.planner/gone"), Fixture.PUBLISHER);
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/capabilities",
                "/availability",
                "/records/example.planner",
                "/records/example.planner/registry",
                "/records/example.planner/std/ExecutionBroker",
                "/records/example.planner/planner/a.example",
                "/records/example.planner/gone",
                "/oai",
                "/oai?verb=Identify",
                "/oai?verb=ListSets",
                "/oai?verb=ListMetadataFormats",
                "/oai?verb=ListIdentifiers&metadataPrefix=ivo_vor",
                "/oai?verb=ListRecords&metadataPrefix=ivo_vor",
                "/oai?verb=ListRecords&metadataPrefix=oai_dc&set=ivo_managed",
                "/oai?verb=ListRecords&metadataPrefix=none",
                "/oai?verb=ListRecords&metadataPrefix=ivo_vor&until=1999-01-01",
                "/oai?verb=ListRecords&resumptionToken=none",
                "/oai?verb=GetRecord&metadataPrefix=ivo_vor&identifier=ivo://example.planner/planner/a.example",
                "/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=ivo://example.planner/planner/a.example",
                "/oai?verb=GetRecord&metadataPrefix=ivo_vor&identifier=ivo://example.planner/gone",
                "/oai?verb=GetRecord&metadataPrefix=ivo_vor&identifier=ivo://example.planner/none"
            })
    void isValid(String path) throws Exception {
        HttpResponse<byte[]> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(server.base() + path))
                                .header("Accept", "application/xml, text/xml")
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThatCode(() -> schema.newValidator().validate(new StreamSource(new ByteArrayInputStream(answer.body()))))
                .doesNotThrowAnyException();
    }

    /** A schema as the parser wants it handed over. */
    private record Input(InputStream bytes, String name) implements LSInput {
        @Override
        public InputStream getByteStream() {
            return bytes;
        }

        @Override
        public String getSystemId() {
            return name;
        }

        @Override
        public Reader getCharacterStream() {
            return null;
        }

        @Override
        public String getStringData() {
            return null;
        }

        @Override
        public String getPublicId() {
            return null;
        }

        @Override
        public String getBaseURI() {
            return null;
        }

        @Override
        public String getEncoding() {
            return null;
        }

        @Override
        public boolean getCertifiedText() {
            return false;
        }

        @Override
        public void setCharacterStream(Reader reader) {}

        @Override
        public void setByteStream(InputStream stream) {}

        @Override
        public void setStringData(String text) {}

        @Override
        public void setSystemId(String id) {}

        @Override
        public void setPublicId(String id) {}

        @Override
        public void setBaseURI(String uri) {}

        @Override
        public void setEncoding(String encoding) {}

        @Override
        public void setCertifiedText(boolean certified) {}
    }
}
