package org.planisphere.planner;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.planisphere.planner.ledger.Amounts;

/** The house rules of docs/architecture.md, as far as a machine can see them. */
@AnalyzeClasses(packages = "org.planisphere.planner", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
    private static final String[] PLAIN_ROOMS = {
        "..planner.task..",
        "..planner.offer..",
        "..planner.ledger..",
        "..planner.session..",
        "..planner.quota..",
        "..planner.policy..",
        "..planner.platform..",
        "..planner.staging..",
        "..planner.storage.."
    };

    @ArchTest
    static final ArchRule plainRoomsKnowNoServer = noClasses()
            .that(resideInAnyPackage(PLAIN_ROOMS))
            .and(not(resideInAPackage("..store..")))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta..", "java.sql..", "javax.sql..", "org.eclipse.persistence..");

    @ArchTest
    static final ArchRule onlyRequestDoorAndFederationKnowTheWire = noClasses()
            .that(not(resideInAnyPackage("..planner.request..", "..planner.door..", "..planner.federation..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.planisphere.wire..");

    @ArchTest
    static final ArchRule onlyTheDoorKnowsTheServer = noClasses()
            .that(not(resideInAPackage("..planner.door..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta.ws.rs..");

    @ArchTest
    static final ArchRule theTaskKnowsNobody = classes()
            .that(resideInAPackage("..planner.task.."))
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify..", "org.planisphere.planner.task.."));

    @ArchTest
    static final ArchRule enginesKnowOnlyThePort = noClasses()
            .that(resideInAPackage("..planner.platform.."))
            .should()
            .dependOnClassesThat(resideInAPackage("org.planisphere..")
                    .and(not(resideInAnyPackage(
                            "..planner.platform..", "..planner.task..", "..planner.staging..", "..foundation..")))
                    .and(not(type(Amounts.class)))
                    .and(not(type(org.planisphere.planner.ledger.Account.class))));

    @ArchTest
    static final ArchRule decidingDoesNotKnowWhatBecomesOfAnOffer = noClasses()
            .that(resideInAnyPackage("..planner.offer..", "..planner.ledger..", "..planner.quota.."))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..planner.session..", "..planner.door..", "..planner.request..");

    @ArchTest
    static final ArchRule roomsHaveNoCycles =
            slices().matching("org.planisphere.planner.(*)..").should().beFreeOfCycles();
}
