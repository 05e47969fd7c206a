package io.godwit.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DeploymentTest {
    private static final Pattern CONFIGURED_SCHEMA = Pattern.compile("currentSchema=([a-z]+)");
    private static final Pattern CONFIGURED_ROLE = Pattern.compile("username: godwit_([a-z]+)");
    private static final Pattern MADE_SCHEMA =
            Pattern.compile("CREATE SCHEMA IF NOT EXISTS ([a-z]+) AUTHORIZATION godwit_([a-z]+);");
    private static final Pattern MADE_ROLE = Pattern.compile("'godwit_([a-z]+)'");
    private static final Pattern MODULE = Pattern.compile("MODULE: ([a-z-]+)");

    @Test
    void theServicesDatabaseHasASchemaAndARoleForEachServiceThatKeepsState() throws IOException {
        String sql = Files.readString(deploy("sql/services-database.sql"));
        Set<String> configured = new TreeSet<>();
        for (Path configuration : Modules.configurations()) {
            String yaml = Files.readString(configuration);
            Set<String> schemas = groups(CONFIGURED_SCHEMA, yaml);
            assertThat(groups(CONFIGURED_ROLE, yaml))
                    .as("role in " + configuration)
                    .isEqualTo(schemas);
            configured.addAll(schemas);
        }

        assertThat(configured).as("schemas in the services' configuration").isNotEmpty();
        assertThat(groups(MADE_SCHEMA, sql)).isEqualTo(configured);
        assertThat(groups(MADE_ROLE, sql)).isEqualTo(configured);
        assertThat(MADE_SCHEMA.matcher(sql).results())
                .allSatisfy(made -> assertThat(made.group(1)).isEqualTo(made.group(2)));
    }

    @Test
    void composeRunsEveryServiceWithItsOwnSchema() throws IOException {
        String compose = Files.readString(deploy("compose/compose.yaml"));
        String sql = Files.readString(deploy("sql/services-database.sql"));
        Set<String> services = new TreeSet<>();
        for (Path configuration : Modules.configurations()) {
            services.add(Modules.root().relativize(configuration).getName(0).toString());
        }

        assertThat(groups(MODULE, compose)).isEqualTo(services);
        assertThat(groups(CONFIGURED_SCHEMA, compose)).isEqualTo(groups(MADE_SCHEMA, sql));
    }

    private static Set<String> groups(Pattern pattern, String text) {
        Set<String> groups = new TreeSet<>();
        pattern.matcher(text).results().map(DeploymentTest::first).forEach(groups::add);
        return groups;
    }

    private static String first(MatchResult match) {
        return match.group(1);
    }

    private static Path deploy(String file) {
        return Modules.root().resolve("deploy").resolve(file);
    }
}
