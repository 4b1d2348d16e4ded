package org.planisphere.planner.staging.places;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.planner.staging.Address;
import org.planisphere.planner.staging.Sink;
import org.planisphere.planner.staging.Source;
import org.planisphere.planner.staging.TinyServer;

/** WebDAV as rclone serves it. */
class WebDavPlaceTest extends SinkContract {
    @TempDir
    static Path folder;

    private static Rclone server;
    private static int count;

    @BeforeAll
    static void begin() throws IOException {
        server = new Rclone(folder);
        Files.writeString(server.files().resolve("secret"), "not below the base");
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected Source source() throws IOException {
        return server.place();
    }

    @Override
    protected Sink sink() throws IOException {
        return server.place();
    }

    private static Address address(String name) {
        return Address.of("dav://" + server.authority() + "/base/" + name);
    }

    @Override
    protected Address at(byte[] content) throws IOException {
        String name = "in-" + count++ + ".fits";
        Files.write(folder.resolve("files/base/" + name), content);
        return address(name);
    }

    @Override
    protected Address nothing() {
        return address("missing");
    }

    @Override
    protected Address to(String name) {
        return address("out-" + target.getFileName() + "/" + name);
    }

    @Test
    void takesOnlyWhatIsBelowIt() throws IOException {
        assertThat(server.place().takes(Address.of("http://" + server.authority() + "/base/x")))
                .isTrue();
        assertThat(server.place().takes(Address.of("http://" + server.authority() + "/secret")))
                .isFalse();
        assertThat(server.place()
                        .takes(Address.of(
                                "http://127.0.0.2:" + server.authority().replaceAll(".*:", "") + "/base/x")))
                .isFalse();
        assertThat(server.place().takes(Address.of("http://127.0.0.1:1/base/x")))
                .isFalse();
    }

    @Test
    void tellsNothingOfItsCredentials() throws IOException {
        Address address = at(new byte[] {1});
        WebDavPlace wrong = server.place(server.authority(), "another");
        assertThatThrownBy(() -> wrong.fetch(address, target.resolve("x"), room(10)))
                .hasMessageContaining("401")
                .hasMessageNotContaining("another");
        assertThatThrownBy(() -> wrong.put(to("x"), Parcels.of("", new byte[] {1}), room(10)))
                .hasMessageContaining("401")
                .hasMessageNotContaining("another");
    }

    @Test
    void leavesNothingHalfBehind() throws IOException {
        server.place().put(to("dir/"), Parcels.of("a", new byte[] {1}), room(10));
        try (var files = Files.list(folder.resolve("files/base/out-" + target.getFileName() + "/dir"))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("a");
        }
    }

    @Test
    void believesNoListThatLeadsElsewhere() throws IOException {
        for (String href :
                List.of("http://evil.example.org/base/x", "/secret", "/base/d/../../secret", "/base/d/%2e%2e/x")) {
            String list =
                    "<multistatus xmlns=\"DAV:\"><response><href>" + href + "</href><propstat><prop><resourcetype/>"
                            + "<getcontentlength>1</getcontentlength></prop></propstat></response></multistatus>";
            try (TinyServer hostile = new TinyServer((request, out) ->
                    TinyServer.send(out, "207 Multi-Status", "", list.getBytes(StandardCharsets.UTF_8)))) {
                Address address = Address.of("http://" + hostile.authority() + "/base/d/");
                assertThatThrownBy(() ->
                                server.place(hostile.authority(), "word").fetch(address, target.resolve("h"), room(10)))
                        .as(href)
                        .isInstanceOf(IOException.class);
                assertThat(hostile.seen()).hasSize(1);
            }
        }
    }

    @Test
    void readsNoDocumentType() throws IOException {
        String bomb = "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><multistatus>&b;</multistatus>";
        try (TinyServer hostile = new TinyServer((request, out) ->
                TinyServer.send(out, "207 Multi-Status", "", bomb.getBytes(StandardCharsets.UTF_8)))) {
            Address address = Address.of("http://" + hostile.authority() + "/base/d/");
            assertThatThrownBy(() ->
                            server.place(hostile.authority(), "word").fetch(address, target.resolve("h"), room(10)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("document type");
        }
    }
}
