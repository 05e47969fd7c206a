package io.godwit.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ModuleBoundariesTest {
    private static final List<String> SERVICES = List.of(
            "io.godwit.provisioning..",
            "io.godwit.replication..",
            "io.godwit.proxy..",
            "io.godwit.orchestrator..",
            "io.godwit.backup..",
            "io.godwit.gateway..");

    private static JavaClasses classes;

    @BeforeAll
    static void importClasses() {
        classes = new ClassFileImporter().importPaths(Modules.classes());
        assertThat(classes).as("compiled classes of the reactor").hasSizeGreaterThan(100);
    }

    @Test
    void aServiceDependsOnNoOtherService() {
        for (String service : SERVICES) {
            String[] others =
                    SERVICES.stream().filter(other -> !other.equals(service)).toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(service)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others)
                    .because("services know each other only by the messages in events/; put shared contracts there")
                    .check(classes);
        }
    }

    @Test
    void theOrchestratorAndTheGatewayKnowNoEngine() {
        noClasses()
                .that()
                .resideInAnyPackage("io.godwit.orchestrator..", "io.godwit.gateway..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.godwit.engines.postgresql..", "org.postgresql..")
                .because("a new engine must not touch them; ask the replication or provisioning service instead")
                .check(classes);
    }

    @Test
    void engineSpecificsLiveInOnePackagePerService() {
        noClasses()
                .that()
                .resideInAnyPackage("io.godwit.provisioning..", "io.godwit.replication..", "io.godwit.backup..")
                .and()
                .resideOutsideOfPackage("..engine.postgresql..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.postgresql..", "io.godwit.processes.postgresql..")
                .because(
                        "adding an engine adds one package per service; move the code behind the service's engine port")
                .check(classes);
    }

    @Test
    void onlyItsWiringKnowsWhichProtocolsTheProxySpeaks() {
        noClasses()
                .that()
                .resideInAPackage("io.godwit.proxy..")
                .and()
                .resideOutsideOfPackage("..protocol.postgresql..")
                .and()
                .haveSimpleNameNotEndingWith("Configuration")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..protocol.postgresql..")
                .because("adding an engine adds one protocol package; gates and routes must not know of it")
                .check(classes);
    }

    @Test
    void theContractKnowsNoService() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.godwit.events..", "io.godwit.engines..", "io.godwit.messaging..", "io.godwit.rest..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SERVICES.toArray(String[]::new))
                .because("data flows one way: services depend on the contract")
                .check(classes);
    }

    @Test
    void featurePackagesOfAServiceFormNoCycle() {
        for (String service : SERVICES) {
            slices().matching(service.replace("..", ".(*).."))
                    .should()
                    .beFreeOfCycles()
                    .check(classes);
        }
    }

    @Test
    void productionCodeDependsOnNoTestTool() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.godwit.testing..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.godwit.testing..", "org.junit..", "org.assertj..")
                .because("fixtures are for tests only")
                .check(classes);
    }
}
