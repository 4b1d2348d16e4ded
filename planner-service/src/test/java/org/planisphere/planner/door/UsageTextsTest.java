package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.usage.UsageRecord;
import org.w3c.dom.ls.DOMImplementationLS;
import org.w3c.dom.ls.LSInput;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** Usage records by the schema of GFD.98, which WLCG and EGI exchange them by. */
class UsageTextsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00.123456Z");
    /** What the schema imports of XML Signature; our records are not signed. */
    private static final String SIGNATURE = """
            <xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/2000/09/xmldsig#">
              <xsd:element name="KeyInfo"/>
            </xsd:schema>""";

    private static Schema schema;

    @BeforeAll
    static void schema() throws Exception {
        DOMImplementationLS documents = (DOMImplementationLS) DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .getDOMImplementation()
                .getFeature("LS", "3.0");
        SchemaFactory schemas = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
        schemas.setResourceResolver((type, namespace, publicId, systemId, base) -> {
            LSInput input = documents.createLSInput();
            input.setStringData(SIGNATURE);
            input.setSystemId(systemId);
            return input;
        });
        try (InputStream in =
                Objects.requireNonNull(UsageTextsTest.class.getResourceAsStream("/ogf/urf.xsd"), "urf.xsd")) {
            schema = schemas.newSchema(new StreamSource(in));
        }
    }

    @Test
    void aMeasuredRunIsValid() {
        String xml = xml(
                record("COMPLETED", "answer <42> & more", "iam|/survey", NOW.minusSeconds(90), 12.5, 1L << 30, 4096L));

        assertThat(faults(xml)).isEmpty();
        assertThat(xml)
                .contains("<urf:Status>Completed</urf:Status>")
                .contains("<urf:CpuDuration>PT12.5S</urf:CpuDuration>")
                .contains("<urf:Memory urf:storageUnit=\"B\" urf:metric=\"max\">1073741824</urf:Memory>")
                .contains("<urf:ProjectName>iam|/survey</urf:ProjectName>");
    }

    @Test
    void whatNobodyMeasuredAndWhatNeverRanAreValid() {
        assertThat(faults(xml(
                        record("FAILED", null, null, null, null, null, null),
                        record("CANCELLED", "", "g|h", NOW, 0.0, 0L, 0L))))
                .isEmpty();
    }

    @Test
    void aStoppedRunIsAborted() {
        assertThat(xml(record("CANCELLED", null, null, null, null, null, null))).contains(">Aborted<");
    }

    @Test
    void noRecordsAreAValidDocumentToo() {
        assertThat(faults(xml())).isEmpty();
    }

    @Test
    void theCheckFindsWhatIsWrong() {
        assertThat(faults(xml(record("FAILED", null, null, null, null, null, null))
                        .replace("urf:Status", "urf:State")))
                .isNotEmpty();
    }

    private static String xml(UsageRecord... records) {
        return UsageTexts.xml(List.of(records), "https://planner.example/planner", NOW);
    }

    private static List<String> faults(String xml) {
        List<String> faults = new ArrayList<>();
        Validator validator = schema.newValidator();
        validator.setErrorHandler(new ErrorHandler() {
            @Override
            public void warning(SAXParseException fault) {
                faults.add(fault.getMessage());
            }

            @Override
            public void error(SAXParseException fault) {
                faults.add(fault.getMessage());
            }

            @Override
            public void fatalError(SAXParseException fault) {
                faults.add(fault.getMessage());
            }
        });
        try {
            validator.validate(new StreamSource(new StringReader(xml)));
        } catch (SAXException | IOException e) {
            faults.add(String.valueOf(e.getMessage()));
        }
        return faults;
    }

    private static UsageRecord record(
            String phase,
            @Nullable String name,
            @Nullable String group,
            @Nullable Instant began,
            @Nullable Double cpu,
            @Nullable Long memory,
            @Nullable Long storage) {
        return new UsageRecord(
                UUID.randomUUID(),
                "iam|anna",
                "g",
                group,
                "1",
                "alpha",
                "process",
                name,
                phase,
                NOW.minusSeconds(100),
                began,
                NOW,
                new Amounts(2, 1024, 10, 0, 1),
                began == null ? 0 : 90.25,
                cpu,
                memory,
                storage,
                storage,
                "https://www.purl.org/planisphere/costs/money",
                1,
                0.5);
    }
}
