package org.planisphere.planner.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.foundation.http.HttpRules;

/** An identifier, resolved by a DataLink service on this machine, leads to the data. */
class IvoaSourceTest extends SourceContract {
    private static final String DID = "ivo://example.org/archive?obs/1";

    private TinyServer server;
    private byte[] content = new byte[0];
    private String rows = "";
    private String prefix = "";

    @BeforeEach
    void begin() throws IOException {
        server = new TinyServer(this::answer);
    }

    @AfterEach
    void end() throws IOException {
        server.close();
    }

    private void answer(TinyServer.Request request, OutputStream out) throws IOException {
        if (request.target().startsWith("/links")) {
            String fields = "";
            for (String name :
                    List.of("ID", "access_url", "service_def", "error_message", "semantics", "content_length")) {
                fields += "<FIELD name=\"" + name + "\" datatype=\"char\" arraysize=\"*\"/>";
            }
            String table =
                    prefix + "<VOTABLE xmlns=\"http://www.ivoa.net/xml/VOTable/v1.3\"><RESOURCE type=\"results\">"
                            + "<INFO name=\"QUERY_STATUS\" value=\"OK\"/><TABLE>" + fields + "<DATA><TABLEDATA>" + rows
                            + "</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>";
            TinyServer.send(out, "200 OK", "", table.getBytes(StandardCharsets.UTF_8));
        } else if (request.target().startsWith("/data")) {
            TinyServer.send(out, "200 OK", "", content);
        } else {
            TinyServer.send(out, "404 Not Found", "", new byte[0]);
        }
    }

    private static String row(String id, String url, String error, String semantics, String length) {
        return "<TR><TD>" + id + "</TD><TD>" + url + "</TD><TD/><TD>" + error + "</TD><TD>" + semantics + "</TD><TD>"
                + length + "</TD></TR>";
    }

    @Override
    protected Source source() {
        GuardedHttp http = new GuardedHttp(HttpRules.of(List.of(server.authority()), 1 << 20, Duration.ofSeconds(20)));
        HttpSource plain = new HttpSource(http, Depot.plain());
        return new IvoaSource(List.of(plain), http, Map.of("example.org", URI.create(server.url("/links"))));
    }

    private static Address ivoa(Map<String, Object> fields) {
        return new Address("ivoa", "the IVOA data resource", Map.of("ivoa", fields), Optional.empty());
    }

    @Override
    protected Address at(byte[] bytes) {
        content = bytes;
        rows = row("ivo://example.org/archive?obs/2", server.url("/other"), "", "#this", "")
                + row(DID, server.url("/preview"), "", "#preview", "")
                + row(DID, "/data/1", "", "#this", "");
        return ivoa(Map.of("ivoid", DID));
    }

    @Override
    protected Address nothing() {
        rows = row(DID, "", "NotFoundFault: gone", "#this", "");
        return ivoa(Map.of("ivoid", DID));
    }

    @Test
    void asksTheServiceForTheIdentifierAsDaliSays() throws Exception {
        source().fetch(at(new byte[] {1}), target.resolve("x"), room(10));
        assertThat(server.seen().get(0).target())
                .startsWith("/links?ID=ivo%3A%2F%2Fexample.org%2Farchive%3Fobs%2F1&RESPONSEFORMAT=");
    }

    @Test
    void followsARowOfObsCoreToItsDataAndToItsDataLink() throws Exception {
        at(new byte[] {1, 2});
        Address data =
                ivoa(Map.of("obscore", Map.of("access_url", server.url("/data/1"), "access_format", "image/fits")));
        assertThat(source().fetch(data, target.resolve("a"), room(10)).size()).isEqualTo(2);
        Address links = ivoa(Map.of(
                "obscore",
                Map.of(
                        "obs_publisher_did",
                        DID,
                        "access_url",
                        server.url("/links"),
                        "access_format",
                        "application/x-votable+xml; content=datalink")));
        assertThat(source().fetch(links, target.resolve("b"), room(10)).size()).isEqualTo(2);
    }

    @Test
    void followsARowOfDataLinkAndRefusesOneWithAnError() throws Exception {
        at(new byte[] {1, 2, 3});
        Address link = ivoa(Map.of("datalink", Map.of("access_url", server.url("/data/1"), "content_length", 3L)));
        assertThat(source().measure(link)).hasValue(3);
        assertThat(source().fetch(link, target.resolve("a"), room(10)).size()).isEqualTo(3);
        assertThat(source().examine(ivoa(Map.of("datalink", Map.of("error_message", "FatalFault")))))
                .isPresent();
    }

    @Test
    void saysNoWhereNobodyKnowsTheAuthority() {
        for (Map<String, Object> fields : List.<Map<String, Object>>of(
                Map.of("ivoid", "ivo://other.org/x"),
                Map.of(),
                Map.of("obscore", Map.of("access_url", "http://elsewhere.example.org/x")),
                Map.of("datalink", Map.of("access_url", "file:///etc/passwd")))) {
            assertThat(source().examine(ivoa(fields))).as(fields.toString()).isPresent();
        }
    }

    @Test
    void aRowLeadsNowhereThatMayNotBeRead() throws Exception {
        try (TinyServer inside = new TinyServer((request, out) -> TinyServer.send(out, "200 OK", "", new byte[] {1}))) {
            for (String url : List.of(inside.url("/x"), "file:///etc/passwd", "http://127.0.0.1:22/")) {
                rows = row(DID, url, "", "#this", "");
                assertThatThrownBy(() -> source().fetch(ivoa(Map.of("ivoid", DID)), target.resolve("x"), room(10)))
                        .as(url)
                        .hasMessageContaining("to which it leads");
            }
            assertThat(inside.seen()).isEmpty();
        }
    }

    @Test
    void readsNoDocumentTypeAndNoEndlessDocument() {
        at(new byte[] {1});
        prefix = "<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]>";
        assertThatThrownBy(() -> source().fetch(ivoa(Map.of("ivoid", DID)), target.resolve("x"), room(10)))
                .hasMessageContaining("document type");
        prefix = "";
        rows = "<TR>".repeat(100);
        assertThatThrownBy(() -> source().fetch(ivoa(Map.of("ivoid", DID)), target.resolve("x"), room(10)))
                .isInstanceOf(IOException.class);
    }
}
