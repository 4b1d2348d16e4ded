package org.planisphere.registry.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Test;
import org.planisphere.wire.codec.Fault;
import org.w3c.dom.Element;

/** Records checked as the parts of one document are found to be what each is by itself. */
class SchemaRunTest {
    private static final String XSD = """
            <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t">
              <xs:simpleType name="Mark"><xs:restriction base="xs:IDREF"/></xs:simpleType>
              <xs:complexType name="Other"><xs:sequence><xs:element name="more" type="xs:int"/></xs:sequence></xs:complexType>
              <xs:element name="record"><xs:complexType><xs:sequence>
                <xs:element name="title" type="xs:token"/>
                <xs:element name="place" minOccurs="0"><xs:complexType>
                  <xs:attribute name="key" type="xs:ID"/><xs:attribute name="of" type="t:Mark"/>
                </xs:complexType></xs:element>
                <xs:element name="any" type="xs:anyType" minOccurs="0"/>
              </xs:sequence><xs:attribute name="status" use="required"/></xs:complexType></xs:element>
            </xs:schema>
            """;

    private static final List<String> RECORDS = List.of(
            "<t:record xmlns:t='urn:t' status='active'><title>Right</title></t:record>",
            "<t:record xmlns:t='urn:t' status='active'><title>Has a key</title><place key='a'/></t:record>",
            "<t:record xmlns:t='urn:t' status='active'><title>Names one that is not in it</title><place of='a'/></t:record>",
            "<t:record xmlns:t='urn:t'><title>No status</title></t:record>",
            "<t:record xmlns:t='urn:t' status='active'/>",
            "<t:record xmlns:t='urn:t' status='active'><title>Two</title><title>titles</title></t:record>",
            "<t:record xmlns:t='urn:t' xmlns:x='http://www.w3.org/2001/XMLSchema-instance' status='active'>"
                    + "<title>Inside</title><any x:type='t:Other'><more>none</more></any></t:record>",
            "<t:record xmlns:t='urn:t' xmlns:x='http://www.w3.org/2001/XMLSchema-instance' status='active'>"
                    + "<title>A type without a prefix</title><any x:type='records'/></t:record>",
            "<other xmlns='urn:t'><title>Not known</title></other>",
            "<other><title>Of no namespace</title></other>",
            "<t:record xmlns:t='urn:t' status='active'><title>Too many</title>" + "<wrong/>".repeat(60) + "<any>"
                    + "<t:record/>".repeat(60) + "</any></t:record>");

    private static Path folder;
    private static Schemas schemas;

    @BeforeContainer
    static void begin() throws IOException {
        folder = Files.createTempDirectory("planisphere-schemas");
        Files.writeString(folder.resolve("t.xsd"), XSD);
        schemas = Schemas.of(folder);
    }

    @AfterContainer
    static void end() throws IOException {
        Files.delete(folder.resolve("t.xsd"));
        Files.delete(folder);
    }

    @Property(tries = 200)
    void everyRecordIsWhatItIsByItself(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 0, max = 10) Integer> numbers) throws Exception {
        Schemas.Run run = schemas.run();
        for (int number : numbers) {
            Element record = parsed(RECORDS.get(number));
            assertThat(run.faults(record)).as(RECORDS.get(number)).isEqualTo(schemas.faults(record));
        }
    }

    @Property(tries = 1)
    void aLongRunIsNoOther() throws Exception {
        Schemas.Run run = schemas.run();
        List<List<Fault>> alone =
                RECORDS.stream().map(SchemaRunTest::parsed).map(schemas::faults).toList();
        assertThat(alone.get(0)).isEmpty();
        assertThat(alone.subList(2, RECORDS.size())).noneMatch(List::isEmpty);
        for (int i = 0; i < 1200; i++) {
            int number = i % 100 < 95 ? 0 : i % RECORDS.size();
            assertThat(run.faults(parsed(RECORDS.get(number)))).isEqualTo(alone.get(number));
        }
    }

    @Test
    void withoutSchemasNothingIsChecked() {
        assertThat(Schemas.NONE.run().faults(parsed(RECORDS.get(3)))).isEmpty();
    }

    private static Element parsed(String xml) {
        try {
            return Xml.parse(xml.getBytes(StandardCharsets.UTF_8)).getDocumentElement();
        } catch (Xml.Unreadable e) {
            throw new IllegalStateException(e);
        }
    }
}
