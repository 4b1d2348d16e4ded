package org.planisphere.planner.staging.places;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.staging.Address;
import org.planisphere.planner.staging.Fetching;
import org.planisphere.planner.staging.Sink;
import org.planisphere.planner.staging.Source;
import org.planisphere.planner.staging.TinyServer;

/** VOSpace 2.1 as a small space of our own speaks it. */
class VoSpacePlaceTest extends SinkContract {
    private VoSpaceServer server;

    @BeforeEach
    void begin() throws IOException {
        server = new VoSpaceServer("word");
    }

    @AfterEach
    void end() throws IOException {
        server.close();
    }

    private VoSpacePlace place(String password, List<String> hosts) throws IOException {
        Path file = Files.createTempFile(target, "vault", "");
        Files.writeString(file, "vos.user=anna\nvos.password=" + password + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return new VoSpacePlace(
                new Place(
                        "vos",
                        URI.create("http://" + server.authority() + "/vospace"),
                        hosts,
                        "vos",
                        true,
                        1 << 24,
                        Duration.ofSeconds(20)),
                new Vault(file),
                "example.org~vospace",
                Fetching.PLAIN);
    }

    @Override
    protected Source source() throws IOException {
        return place("word", List.of(server.dataHost()));
    }

    @Override
    protected Sink sink() throws IOException {
        return place("word", List.of(server.dataHost()));
    }

    @Override
    protected Address at(byte[] content) {
        server.files.put("/in/a b.fits", content);
        return Address.of("vos://example.org!vospace/in/a%20b.fits");
    }

    @Override
    protected Address nothing() {
        return Address.of("vos://example.org~vospace/missing");
    }

    @Override
    protected Address to(String name) {
        return Address.of("vos://example.org~vospace/out/" + name);
    }

    @Override
    @Test
    protected void fetchesAFolderWithAllThatIsInIt() {
        // Transfers of VOSpace are of data nodes; a container is not one.
        assertThatThrownBy(() -> source().fetch(to("set/"), target.resolve("set"), room(10)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void goesOnlyToServersThatTheOperatorNamed() throws IOException {
        Address address = at(new byte[] {1});
        assertThatThrownBy(() -> place("word", List.of()).fetch(address, target.resolve("x"), room(10)))
                .hasMessageContaining("no way to it");
        assertThat(server.dataServer().seen()).isEmpty();
        try (TinyServer inside = new TinyServer((request, out) -> TinyServer.send(out, "200 OK", "", new byte[] {1}))) {
            server.elsewhere = inside.url("/latest/meta-data");
            assertThatThrownBy(() -> source().fetch(address, target.resolve("x"), room(10)))
                    .hasMessageContaining("no way to it");
            assertThat(inside.seen()).isEmpty();
        }
    }

    @Test
    void showsItsPasswordToTheSpaceOnly() throws IOException {
        source().fetch(at(new byte[] {1}), target.resolve("x"), room(10));
        sink().put(to("y"), Parcels.of("", new byte[] {2}), room(10));
        assertThat(server.dataServer().seen())
                .hasSize(2)
                .allSatisfy(
                        request -> assertThat(request.header("authorization")).isEmpty());
    }

    @Test
    void tellsNothingOfItsCredentials() throws IOException {
        Address address = at(new byte[] {1});
        VoSpacePlace wrong = place("another", List.of(server.dataHost()));
        assertThatThrownBy(() -> wrong.fetch(address, target.resolve("x"), room(10)))
                .hasMessageContaining("401")
                .hasMessageNotContaining("another");
    }

    @Test
    void takesNodesOfItsOwnSpaceOnly() throws IOException {
        assertThat(source().takes(Address.of("vos://example.org~other/a"))).isFalse();
        assertThat(source().takes(Address.of("vos://evil.org~vospace/a"))).isFalse();
    }
}
