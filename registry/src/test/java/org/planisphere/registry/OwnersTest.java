package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.registry.publish.Refusal;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Schemas;
import org.planisphere.registry.search.Wanted;
import org.planisphere.registry.store.RecordRow;

/** Who may write under which authority, and by which schemas it is checked; in which order records are found. */
class OwnersTest {
    private static final URI BASE = URI.create("http://registry.example/registry");
    private static final Caller MEMBER = new Caller("iam|ann", "Ann", Set.of("iam|astro/publishers"), Set.of());

    @TempDir
    Path folder;

    private static RecordRow publish(Fixture f, Caller caller, String identifier, String title) throws Refusal {
        return f.registry.publish(Fixture.record(identifier, title).getBytes(StandardCharsets.UTF_8), null, caller);
    }

    @Test
    void aGroupWritesUnderItsAuthorityAndNobodyElseDoes() throws Exception {
        Map<String, String> owners = Map.of("astro.example", "iam|astro/publishers");
        try (Fixture f = new Fixture(DatabaseKind.H2, BASE, 100, Schemas.NONE, owners)) {
            assertThat(publish(f, MEMBER, "ivo://Astro.example/survey", "Survey").managed)
                    .isTrue();
            for (Caller other : List.of(Fixture.PUBLISHER, Fixture.SOMEBODY)) {
                assertThatThrownBy(() -> publish(f, other, "ivo://astro.example/other", "Other"))
                        .isInstanceOfSatisfying(
                                Refusal.class,
                                refusal -> assertThat(refusal.why()).isEqualTo(Refusal.Why.NOT_ALLOWED));
            }
            assertThatThrownBy(() -> publish(f, MEMBER, "ivo://example.planner/x", "X"))
                    .isInstanceOf(Refusal.class);
            assertThatThrownBy(() -> publish(f, MEMBER, "ivo://astro.example", "The authority itself"))
                    .hasMessageContaining("own");
            assertThat(f.registry.find(new Ivoid("ivo://astro.example")).orElseThrow().type)
                    .isEqualTo("vg:Authority");
            assertThat(f.registry
                            .find(new Ivoid("ivo://example.planner/registry"))
                            .orElseThrow()
                            .record)
                    .contains("<managedAuthority>astro.example</managedAuthority>")
                    .contains("<managedAuthority>example.planner</managedAuthority>");
        }
    }

    @Test
    void whoIsRefusedIsToldWhoMayAndWhoTheyAre() throws Exception {
        Map<String, String> owners = Map.of("astro.example", "iam|astro/publishers");
        Caller other = new Caller("iam|bob", "Bob", Set.of("iam|astro/readers", "iam|astro"), Set.of());
        try (Fixture f = new Fixture(DatabaseKind.H2, BASE, 100, Schemas.NONE, owners)) {
            assertThatThrownBy(() -> publish(f, other, "ivo://astro.example/other", "Other"))
                    .hasMessage("Records of the authority astro.example are written by members of the group"
                            + " iam|astro/publishers and operators; you are iam|bob, in iam|astro, iam|astro/readers.");
            assertThatThrownBy(() -> publish(f, Fixture.SOMEBODY, "ivo://example.planner/x", "X"))
                    .hasMessageContaining("written by callers with the role publisher and operators; you are");
            assertThatThrownBy(() -> publish(f, MEMBER, "ivo://elsewhere.example/x", "X"))
                    .hasMessage("This registry manages the authority astro.example, example.planner, not"
                            + " elsewhere.example: publish the record in the registry that does, or ask this one's"
                            + " operator (ops@example.org) to take the authority on for a group of yours.");
        }
    }

    @Test
    void whatIsChangedIsWitnessedOnceAndWhatIsRefusedIsNot() throws Exception {
        List<String> seen = new ArrayList<>();
        try (Fixture f = new Fixture(DatabaseKind.H2)) {
            f.registry.witness((who, act, object, detail) -> seen.add(who.id() + " " + act + " " + object));
            f.web.planner("http://a.example/planner");
            String address = "http://a.example/planner/capabilities";
            String service = f.registry.register(Fixture.of(address), Fixture.PUBLISHER).identifier;
            f.registry.register(Fixture.of(address), Fixture.PUBLISHER);
            f.registry.register(Fixture.of(address, "Another title"), Fixture.PUBLISHER);
            publish(f, Fixture.PUBLISHER, "ivo://example.planner/survey", "Survey");
            publish(f, Fixture.PUBLISHER, "ivo://example.planner/survey", "The survey");
            assertThatThrownBy(() -> publish(f, Fixture.SOMEBODY, "ivo://example.planner/other", "Other"))
                    .isInstanceOf(Refusal.class);
            f.registry.delete(new Ivoid("ivo://example.planner/survey"), Fixture.PUBLISHER);
            f.registry.delete(new Ivoid("ivo://example.planner/survey"), Fixture.PUBLISHER);

            assertThat(seen)
                    .containsExactly(
                            "local|publisher register " + service,
                            "local|publisher register-again " + service,
                            "local|publisher publish ivo://example.planner/survey",
                            "local|publisher publish-again ivo://example.planner/survey",
                            "local|publisher unpublish ivo://example.planner/survey");
        }
    }

    @Test
    void faultsThatTheSchemasFindAreToldWithPathAndLine() throws Exception {
        for (String file : List.of(
                "VOResource-v1.1.xsd",
                "RegistryInterface-v1.0.xsd",
                "VODataService-v1.2.xsd",
                "VORegistry-v1.0.xsd",
                "StandardsRegExt-1.0.xsd",
                "STC-v1.30.xsd",
                "xlink.xsd",
                "xml.xsd")) {
            try (InputStream in = OwnersTest.class.getResourceAsStream("/schema/" + file)) {
                if (in != null) {
                    Files.copy(in, folder.resolve(file));
                }
            }
        }
        try (Fixture f = new Fixture(DatabaseKind.H2, BASE, 100, Schemas.of(folder), Map.of())) {
            assertThat(publish(f, Fixture.PUBLISHER, "ivo://example.planner/good", "Good").faults)
                    .isNull();
            String wrong = Fixture.record("ivo://example.planner/wrong", "Wrong")
                    .replace("<content>", "<content>\n<contentLevel>Wizards</contentLevel>");
            assertThatThrownBy(
                            () -> f.registry.publish(wrong.getBytes(StandardCharsets.UTF_8), null, Fixture.PUBLISHER))
                    .isInstanceOfSatisfying(
                            Refusal.class,
                            refusal -> assertThat(refusal.faults()).isNotEmpty().allSatisfy(fault -> {
                                assertThat(fault.pointer()).startsWith("/Resource/content");
                                assertThat(fault.detail()).matches("line \\d+: .*");
                            }));
            f.web.planner("http://a.example/planner");
            assertThat(f.registry.register(Fixture.of("http://a.example/planner/capabilities"), Fixture.PUBLISHER).type)
                    .isEqualTo("vr:Service");
        }
    }

    @Test
    void theBestComesFirstAndPagesGoOnInThatOrder() throws Exception {
        try (Fixture f = new Fixture(DatabaseKind.H2)) {
            publish(f, Fixture.PUBLISHER, "ivo://example.planner/a", "About other things, galaxies among them");
            publish(f, Fixture.PUBLISHER, "ivo://example.planner/z", "A galaxy survey");
            f.registry.publish(
                    Fixture.record("ivo://example.planner/m", "Méthodes")
                            .replace("About it.", "Of every galaxy.")
                            .getBytes(StandardCharsets.UTF_8),
                    null,
                    Fixture.PUBLISHER);
            Wanted wanted = Wanted.ALL.withText("galax").page(null, 50);
            assertThat(f.registry.search(Wanted.ALL.withText("galaxy")).rows())
                    .extracting(row -> row.title)
                    .containsExactly("A galaxy survey", "Méthodes");
            assertThat(f.registry.search(wanted).rows()).hasSize(3);
            assertThat(f.registry.search(Wanted.ALL.withText("METHODES")).rows())
                    .hasSize(1);
            String next = f.registry
                    .search(Wanted.ALL.withText("galaxy").page(null, 1))
                    .next();
            assertThat(f.registry
                            .search(Wanted.ALL.withText("galaxy").page(next, 1))
                            .rows())
                    .extracting(row -> row.title)
                    .containsExactly("Méthodes");
        }
    }
}
