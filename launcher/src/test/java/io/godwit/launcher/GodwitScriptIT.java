package io.godwit.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.godwit.launcher.ScriptCheckout.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GodwitScriptIT {
    @TempDir
    private Path folder;

    private ScriptCheckout checkout;

    @BeforeEach
    void checkOut() throws IOException {
        checkout = new ScriptCheckout(folder);
    }

    @Test
    void argumentsAndExitCodeOfTheProgramPassThrough() throws Exception {
        checkout.javaHome(checkout.jdk("jdk", ScriptCheckout.REQUIRED_JAVA));
        checkout.programEndsWith(3);

        Outcome outcome = checkout.run("databases", "create", "a b", "", "$HOME", "*", "--note=\"x\" 'y'");

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.arguments())
                .containsExactly("databases", "create", "a b", "", "$HOME", "*", "--note=\"x\" 'y'");
        assertThat(outcome.lines()).contains("-Dgodwit.root=" + checkout.root());
    }

    @Test
    void rootWithoutUserNamespacesKeepsItsDataWhereServersGetTo() throws Exception {
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        checkout.javaHome(checkout.jdk("jdk", ScriptCheckout.REQUIRED_JAVA));
        assertThat(checkout.run("status").lines()).doesNotContain("-Dgodwit.home=/var/lib/godwit");

        checkout.withoutUserNamespaces();

        assertThat(checkout.run("status").lines()).contains("-Dgodwit.home=/var/lib/godwit");
        checkout.godwitHome(folder);
        assertThat(checkout.run("status").lines()).doesNotContain("-Dgodwit.home=/var/lib/godwit");
    }

    @Test
    void aLinkFromElsewhereLeadsToTheCheckout() throws Exception {
        checkout.javaHome(checkout.jdk("jdk", ScriptCheckout.REQUIRED_JAVA));
        Path link =
                Files.createSymbolicLink(folder.resolve("gw"), checkout.root().resolve("godwit"));

        Outcome outcome = checkout.run(link, "status");

        assertThat(outcome.lines()).contains("-Dgodwit.root=" + checkout.root());
        assertThat(outcome.arguments()).containsExactly("status");
    }

    @Test
    void aJdkInOneOfTheUsualFoldersServesWhereJavaHomeDoesNot() throws Exception {
        checkout.javaHome(checkout.jdk("old", ScriptCheckout.REQUIRED_JAVA - 1));
        Path found = checkout.jdk("home/.sdkman/candidates/java/new", ScriptCheckout.REQUIRED_JAVA + 1);

        Outcome outcome = checkout.run("status");

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.lines()).contains("java of " + found);
    }

    @Test
    void theJdkOfTheJavaOnThePathServes() throws Exception {
        Path found = checkout.jdk("somewhere", ScriptCheckout.REQUIRED_JAVA);
        checkout.onPath("java", found.resolve("bin/java"));

        assertThat(checkout.run("status").lines()).contains("java of " + found);
    }

    @Test
    void aRuntimeWithoutACompilerIsNoJdk() throws Exception {
        Path runtime = checkout.jdk("jre", ScriptCheckout.REQUIRED_JAVA);
        Files.delete(runtime.resolve("bin/javac"));
        checkout.javaHome(runtime);

        assertThat(checkout.run("status").exitCode()).isEqualTo(1);
    }

    @Test
    void whereNoJdkIsFoundItSaysWhereItLookedAndBuildsNothing() throws Exception {
        Outcome outcome = checkout.run("up");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.errors())
                .startsWith("godwit: no JDK " + ScriptCheckout.REQUIRED_JAVA + " or newer found")
                .contains("JAVA_HOME", "PATH", "/usr/lib/jvm");
        assertThat(outcome.lines()).isEmpty();
        assertThat(checkout.builds()).isEmpty();
    }

    @Test
    void whatIsBuiltIsBuiltOnceAndAgainWhenASourceIsNewer() throws Exception {
        checkout.javaHome(checkout.jdk("jdk", ScriptCheckout.REQUIRED_JAVA));

        checkout.run("status");
        assertThat(checkout.builds()).singleElement().asString().endsWith("-pl launcher -am package");
        checkout.run("--json", "status");
        assertThat(checkout.builds()).hasSize(1);

        checkout.touch("cli/src/main/java/Cli.java", Instant.now().plus(1, ChronoUnit.MINUTES));
        checkout.run("status");
        assertThat(checkout.builds()).hasSize(2);
    }

    @Test
    void servicesAreBuiltOnlyForTheCommandsThatStartThem() throws Exception {
        checkout.javaHome(checkout.jdk("jdk", ScriptCheckout.REQUIRED_JAVA));

        checkout.run("--json", "up");
        assertThat(checkout.builds())
                .singleElement()
                .asString()
                .contains("-pl launcher,provisioning-service,", ",api-gateway -am package");
        // What the services were built with is the client, too.
        checkout.run("tenants", "create", "up");
        assertThat(checkout.builds()).hasSize(1);

        checkout.touch("api-gateway/src/main/java/Gateway.java", Instant.now().plus(1, ChronoUnit.MINUTES));
        checkout.run("status");
        assertThat(checkout.builds()).hasSize(1);
        checkout.run("demo");
        assertThat(checkout.builds()).hasSize(2);
    }

    @Test
    void everyModuleThatAServiceIsMadeOfIsLookedAt() throws Exception {
        checkout.javaHome(checkout.jdk("jdk", ScriptCheckout.REQUIRED_JAVA));
        checkout.run("up");
        int builds = 1;
        for (String module : ScriptCheckout.modulesOfTheReactor()) {
            Instant next = Instant.now().plus(builds, ChronoUnit.MINUTES);
            checkout.buildsBegin(next);
            checkout.touch(module + "/src/main/Any", next.plusSeconds(10));
            checkout.run("up");
            builds++;

            assertThat(checkout.builds())
                    .as("builds after a change of " + module)
                    .hasSize(builds);
        }
    }

    @Test
    void aBuildThatFailsIsShownAndTriedAgainTheNextTime() throws Exception {
        checkout.javaHome(checkout.jdk("jdk", ScriptCheckout.REQUIRED_JAVA));
        checkout.buildFails("[ERROR] no such class");

        Outcome failed = checkout.run("status");

        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.errors())
                .contains("[ERROR] no such class", "godwit: the build failed", "launcher/target/build.log");
        assertThat(failed.lines()).isEmpty();

        checkout.buildSucceeds();
        assertThat(checkout.run("status").exitCode()).isZero();
        assertThat(checkout.builds()).hasSize(2);
    }

    @Test
    void withoutMavenItSaysWhatToInstall() throws Exception {
        checkout.javaHome(checkout.jdk("jdk", ScriptCheckout.REQUIRED_JAVA));
        checkout.withoutMaven();

        Outcome outcome = checkout.run("status");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.errors()).startsWith("godwit: Maven is needed").contains("Maven 3.8 or newer");
    }
}
