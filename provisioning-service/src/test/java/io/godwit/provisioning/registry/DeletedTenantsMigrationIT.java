package io.godwit.provisioning.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.testing.ServicesDatabase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class DeletedTenantsMigrationIT {
    private static final ServicesDatabase.Schema SCHEMA = ServicesDatabase.emptySchema("provisioning");

    private final DriverManagerDataSource database =
            new DriverManagerDataSource(SCHEMA.url(), SCHEMA.user(), SCHEMA.password());
    private final JdbcClient jdbc = JdbcClient.create(database);

    @Test
    void tenantsThatWereDeletedBeforeAreKnownByTheirRoutes() {
        migrateTo("4");
        jdbc.sql("insert into tenant values ('acme', now()), ('empty', now())").update();
        jdbc.sql("""
                        insert into route (database_id, epoch, server_id, published_at)
                        values ('acme/orders', 1, 'srv_a', now()), ('acme/gone', 2, null, now()),
                               ('globex/orders', 2, null, now()), ('globex/stock', 4, null, now())""").update();

        migrateTo("5");

        assertThat(jdbc.sql("select id from tenant where deleted_at is null order by id")
                        .query(String.class)
                        .list())
                .containsExactly("acme", "empty");
        assertThat(jdbc.sql("select id from tenant where deleted_at is not null")
                        .query(String.class)
                        .list())
                .containsExactly("globex");
    }

    private void migrateTo(String version) {
        Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/messaging", "classpath:db/provisioning")
                .target(version)
                .load()
                .migrate();
    }
}
