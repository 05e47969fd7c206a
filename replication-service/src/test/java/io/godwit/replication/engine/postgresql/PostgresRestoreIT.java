package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes with a backup that is restored, from a source that gives no change stream. */
class PostgresRestoreIT {
    private static PostgresServer plain;

    @TempDir
    private Path folder;

    private Shop shop;
    private PlacedDatabase source;
    private PlacedDatabase target;

    @BeforeAll
    static void startServer() {
        plain = PostgresServer.start("streamless", Map.of("wal_level", "replica", "max_replication_slots", "0"));
    }

    @AfterAll
    static void stopServer() {
        plain.close();
    }

    @BeforeEach
    void openShop() throws Exception {
        shop = new Shop(plain, PostgresServer.shared("target"));
        source = shop.stream.source();
        target = shop.stream.target();
        shop.execute(source, "ALTER DATABASE " + source.databaseName() + " SET statement_timeout = '42s'");
    }

    @AfterEach
    void closeShop() throws Exception {
        shop.close();
    }

    @Test
    void preflightNamesWhatTheSourceDoesNotGive() throws Exception {
        assertThat(shop.engine.inspect(source, null).findings())
                .extracting(finding -> finding.code())
                .contains("WAL_LEVEL", "NONE_FREE_OF_MAX_REPLICATION_SLOTS");
    }

    @Test
    void aRestoredTargetIsConfirmedAndHasTheRolesTheSettingsAndTheSequencesOfTheSource() throws Exception {
        shop.engine.prepareRestore(shop.stream);
        shop.engine.prepareRestore(shop.stream);
        shop.engine.fence(shop.stream.migrationId(), source, ClientHold.UNLIMITED);
        restore();
        shop.execute(target, "SELECT nextval('public.invoice_numbers')");

        assertThat(shop.engine.confirmRestore(shop.stream)).isEqualTo(4);
        assertThat(shop.engine.confirmRestore(shop.stream)).isEqualTo(4);

        assertThat(shop.contents(target)).isEqualTo(shop.contents(source)).isNotEmpty();
        assertThat(shop.sequences(target)).isEqualTo(shop.sequences(source));
        assertThat(shop.query(target, "SHOW statement_timeout")).containsExactly("42s");
        assertThat(shop.query(
                        target, "SELECT has_table_privilege('" + shop.reader() + "', 'public.customers', 'SELECT')"))
                .containsExactly("t");
        PostgresServer.openOwner(target).close();
        assertThatThrownBy(() -> PostgresServer.openOwner(source)).isInstanceOf(SQLException.class);
        assertThat(shop.engine.stop(shop.stream)).isEmpty();
        assertThat(roles()).isEqualTo("1");
    }

    @Test
    void whatWasPreparedIsTakenBackWhereTheSourceStaysTheHome() throws Exception {
        shop.engine.prepareRestore(shop.stream);
        assertThat(roles()).isEqualTo("1");

        assertThat(shop.engine.stop(shop.stream)).isEmpty();

        assertThat(roles()).isEqualTo("0");
        assertThat(shop.traces(source)).isEmpty();
        assertThat(shop.traces(target)).isEmpty();
    }

    @Test
    void aSourceThatIsOpenIsNotConfirmed() throws Exception {
        shop.engine.prepareRestore(shop.stream);
        restore();

        assertFails("SOURCE_NOT_FENCED", () -> shop.engine.confirmRestore(shop.stream));
    }

    @Test
    void aDifferenceIsNamed() throws Exception {
        shop.engine.prepareRestore(shop.stream);
        shop.engine.fence(shop.stream.migrationId(), source, ClientHold.UNLIMITED);
        restore();
        shop.execute(target, "ALTER TABLE public.customers ADD COLUMN nickname text");

        assertThat(assertFails("RESTORE_DIFFERS", () -> shop.engine.confirmRestore(shop.stream)))
                .contains("public.customers.nickname");

        shop.execute(target, "ALTER TABLE public.customers DROP COLUMN nickname");
        shop.execute(source, "SELECT lo_create(4711)");
        assertThat(assertFails("RESTORE_DIFFERS", () -> shop.engine.confirmRestore(shop.stream)))
                .contains("large objects");
    }

    private static String assertFails(String code, Callable<?> call) {
        String[] message = {""};
        assertThatThrownBy(call::call).isInstanceOfSatisfying(ReplicationException.class, e -> {
            assertThat(e.failure().code()).isEqualTo(code);
            message[0] = e.failure().message();
        });
        return message[0];
    }

    private String roles() throws SQLException {
        return shop.query(target, "SELECT count(*) FROM pg_roles WHERE rolname = '" + shop.reader() + "'")
                .getFirst();
    }

    /** As the backup service does. */
    private void restore() throws IOException, InterruptedException {
        Path archive = folder.resolve("archive");
        run(source, "pg_dump", List.of("--format=custom", "--exclude-schema=godwit", "--file=" + archive));
        run(target, "pg_restore", List.of("--exit-on-error", archive.toString()));
    }

    private static void run(PlacedDatabase database, String program, List<String> arguments)
            throws IOException, InterruptedException {
        new PostgresTools(PostgresServer.connections(), PostgresServer.binDirectory())
                .run("mig_test", database, program, arguments);
    }
}
