package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.registry.harvest.Harvester;
import org.planisphere.registry.harvest.Limits;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Schemas;
import org.planisphere.registry.store.QuarantineRow;

/**
 * What is wrong with the real records of {@link RealRecordsTest}, one thing at a time in a record of our own: it is taken
 * over with a note, or held with the reason.
 */
class OldRecordsTest {
    private static final URI SOURCE = URI.create("http://old.example/oai");
    private static final String RI = "http://www.ivoa.net/xml/RegistryInterface/v1.0";
    private static final String BODY = """
            <title>Old</title><shortName>OLD</shortName><identifier>ivo://old.example/a</identifier>
            <curation><publisher>Old</publisher><contact><name>Nobody</name></contact></curation>
            <content><subject>stars</subject><description>About it.</description>
            <referenceURL>https://example.org/</referenceURL></content>""";

    /**
     * @param note part of what is noted with a record that is taken over; null when nothing is
     * @param reason for which it is held; null when it is taken over
     */
    record Case(String name, String xml, String note, String reason) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static String resource(String element, String space, String attributes, String body) {
        int colon = element.indexOf(':');
        String declared = space.isEmpty()
                ? ""
                : " xmlns" + (colon < 0 ? "" : ":" + element.substring(0, colon)) + "=\"" + space + "\"";
        return "<" + element + declared + " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
                + " xmlns:vs=\"http://www.ivoa.net/xml/VODataService/v1.0\" " + attributes + ">" + body + "</" + element
                + ">";
    }

    static List<Case> cases() {
        String usual = "xsi:type=\"vs:DataCollection\" status=\"active\" created=\"2004-01-26T11:17:39\""
                + " updated=\"2007-04-11T08:52:38\"";
        return List.of(
                new Case(
                        "times without a zone, types that are no more",
                        resource("ri:Resource", RI, usual, BODY),
                        null,
                        null),
                new Case("another prefix", resource("vor:Resource", RI, usual, BODY), null, null),
                new Case("the element in lower case", resource("ri:resource", RI, usual, BODY), null, null),
                new Case(
                        "no namespace",
                        resource("resource", "", usual, BODY),
                        "/: The element is not in the namespace",
                        null),
                new Case(
                        "no status",
                        resource("ri:Resource", RI, usual.replace("status=\"active\"", ""), BODY),
                        "/@status: Must be active",
                        null),
                new Case(
                        "a time that is none",
                        resource("ri:Resource", RI, usual.replace("2004-01-26T11:17:39", "26/01/2004"), BODY),
                        "/@created: Not a time",
                        null),
                new Case(
                        "a day for a time",
                        resource("ri:Resource", RI, usual.replace("2004-01-26T11:17:39", "2004-01-26"), BODY),
                        null,
                        null),
                new Case(
                        "no type",
                        resource("ri:Resource", RI, usual.replaceFirst("xsi:type=\"[^\"]*\"", ""), BODY),
                        "/@xsi:type: Missing",
                        null),
                new Case(
                        "a long short name",
                        resource("ri:Resource", RI, usual, BODY.replace(">OLD<", ">Longer than it may be<")),
                        "/shortName: Longer than 16",
                        null),
                new Case(
                        "nobody to write to, nothing to read",
                        resource(
                                "ri:Resource",
                                RI,
                                usual,
                                BODY.replaceFirst("(?s)<contact>.*</contact>", "")
                                        .replaceFirst("<referenceURL>.*</referenceURL>", "")),
                        "/content/referenceURL: Missing or empty.",
                        null),
                new Case(
                        "blanks around the identifier",
                        resource(
                                "ri:Resource",
                                RI,
                                usual,
                                BODY.replace("ivo://old.example/a", "\n ivo://old.example/a\n ")),
                        null,
                        null),
                new Case(
                        "an identifier with blanks",
                        resource("ri:Resource", RI, usual, BODY.replace("old.example/a", "old.example/a b")),
                        null,
                        "the identifier is none: ivo://old.example/a b"),
                new Case(
                        "no identifier",
                        resource("ri:Resource", RI, usual, BODY.replaceFirst("<identifier>.*</identifier>", "")),
                        null,
                        "the record has no identifier"),
                new Case(
                        "something else",
                        "<a:application xmlns:a=\"urn:old\"/>",
                        null,
                        "a record is a ri:Resource, not a:application"),
                new Case("nothing", "", null, "there is no record under the header"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isTakenOverWithANoteOrHeldWithTheReason(Case old) {
        try (Fixture f = new Fixture(DatabaseKind.H2)) {
            String identify =
                    "<oai:Identify><oai:description><Resource><managedAuthority>old.example</managedAuthority>"
                            + "</Resource></oai:description></oai:Identify>";
            String list =
                    "<oai:ListRecords><oai:record><oai:header><oai:identifier>ivo://old.example/a</oai:identifier>"
                            + "</oai:header><oai:metadata>" + old.xml()
                            + "</oai:metadata></oai:record></oai:ListRecords>";
            var unused = new Harvester(
                            f.registry.records(),
                            (address, most) -> ("<oai:OAI-PMH xmlns:oai=\"http://www.openarchives.org/OAI/2.0/\">"
                                            + (address.getRawQuery().contains("Identify") ? identify : list)
                                            + "</oai:OAI-PMH>")
                                    .getBytes(StandardCharsets.UTF_8),
                            Fixture.harvesting(Schemas.NONE, Limits.USUAL),
                            f.clock)
                    .harvest(SOURCE);

            List<String> held = f.context.harvests().sources().quarantine(SOURCE.toString(), "", 10).stream()
                    .map((QuarantineRow row) -> row.reason)
                    .toList();
            if (old.reason() != null) {
                assertThat(held).containsExactly(old.reason());
                return;
            }
            assertThat(held).isEmpty();
            assertThat(f.registry.find(new Ivoid("ivo://old.example/a"))).hasValueSatisfying(row -> {
                if (old.note() == null) {
                    assertThat(row.faults).isNull();
                } else {
                    assertThat(row.faults).contains(old.note());
                }
            });
        }
    }
}
