package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.cli.api.ApiPaths;
import io.godwit.cli.api.ApiProblem;
import io.godwit.cli.migrations.MigrationView;
import io.godwit.cli.output.Fields;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.Tier;
import io.godwit.launcher.demo.check.HistoryCheck;
import io.godwit.launcher.demo.check.LedgerReader;
import io.godwit.launcher.demo.check.Verdict;
import io.godwit.launcher.demo.engine.DemoEngine;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.Load;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The source server has no replication slot left, while clients write and read through the proxy all the time. */
@ExtendWith(E2ePlatformExtension.class)
class FallbackE2eIT {
    private static final long ROWS = 20_000;
    private static final int CLIENTS = 8;
    private static final int SOME = 30;
    private static final String TAKE_ALL = """
            DO $$ BEGIN
                FOR n IN 1 .. current_setting('max_replication_slots')::int
                         - (SELECT count(*) FROM pg_replication_slots) LOOP
                    PERFORM pg_create_physical_replication_slot('taken_' || n);
                END LOOP;
            END $$""";
    private static final String GIVE_BACK =
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name LIKE 'taken%'";

    private final E2ePlatform platform;
    private final DemoEngine engine = DemoEngines.of(E2ePlatform.engine());
    private final DatabaseId id = E2ePlatform.freshDatabase();

    private DatabaseConnection database;
    private Connection source;

    @TempDir
    private Path folder;

    FallbackE2eIT(E2ePlatform platform) {
        this.platform = platform;
    }

    @BeforeEach
    void takeAllSlotsOfTheSource() throws Exception {
        database = platform.api().create(id, engine.id(), Tier.SHARED);
        engine.awaitReachable(database, Duration.ofSeconds(30));
        engine.fill(database, ROWS, CLIENTS, rows -> {});
        source = platform.openMaintenance(id);
        execute(TAKE_ALL);
    }

    @AfterEach
    void giveThemBack() throws SQLException {
        execute(GIVE_BACK);
        source.close();
    }

    @Test
    void theDatabaseMovesByBackupAndRestoreAndNoClientSeesAnError() throws Exception {
        SequencedMap<String, String> before = engine.fingerprint(database);
        String home = platform.serverOf(id);
        MigrationView moved;
        Load load = load();
        try (load) {
            load.awaitEach(SOME);
            moved = platform.api().await(platform.api().migrate(id, Tier.DEDICATED), view -> {});
            assertThat(moved.status()).as(moved.error()).isEqualTo("ready");
            load.awaitEach(SOME);
        }

        assertThat(load.meter().errors()).isEmpty();
        assertThat(check(load.journals())).isEqualTo(new Verdict(0, 0, 0, List.of()));
        assertThat(platform.serverOf(id)).isNotEqualTo(home);
        assertThat(engine.fingerprint(database)).isEqualTo(before);
        assertThat(Fields.text(moved.json(), "method")).isEqualTo("restore");
        assertThat(Fields.text(moved.json(), "fallback.reason.code")).isEqualTo("PREFLIGHT_BLOCKED");
        assertThat(Fields.text(moved.json(), "verification.verified")).isEqualTo("true");
        assertThatThrownBy(() -> platform.client()
                        .post(ApiPaths.migration(moved.id()) + "/rollback", JsonNodeFactory.instance.objectNode()))
                .isInstanceOf(ApiProblem.class)
                .hasMessageContaining("backup and restore");
        platform.api().complete(moved.id());
        assertThat(platform.api().show(moved.id()).json().path("leftovers").values())
                .isEmpty();
        System.out.println("moved by backup and restore, pause " + Fields.text(moved.json(), "pauseMs") + " ms");
    }

    @Test
    void whereThatIsNotWantedTheMigrationFailsAndNobodyNotices() throws Exception {
        String home = platform.serverOf(id);
        ObjectNode order = JsonNodeFactory.instance.objectNode().put("to", "dedicated");
        try (Load load = load()) {
            load.awaitEach(SOME);
            JsonNode plan = order(order.deepCopy().put("dryRun", true));
            MigrationView failed = platform.api()
                    .await(Fields.text(order(order.deepCopy().put("fallback", "NEVER")), "id"), view -> {});

            assertThat(Fields.text(plan, "method")).isEqualTo("restore");
            assertThat(plan.path("blockers").asBoolean()).isFalse();
            assertThat(plan.path("plan").path("restore").path("expectedPauseMs").asLong())
                    .isPositive();
            assertThat(failed.status()).isEqualTo("failed");
            assertThat(Fields.text(failed.json(), "error.code")).isEqualTo("PREFLIGHT_BLOCKED");
            assertThat(Fields.text(failed.json(), "error.message")).contains("max_replication_slots");
            assertThat(Fields.text(failed.json(), "heldExchanges")).isEqualTo("0");
            load.awaitEach(SOME);
            assertThat(load.meter().errors()).isEmpty();
        }
        assertThat(platform.serverOf(id)).isEqualTo(home);
    }

    private JsonNode order(ObjectNode body) {
        return platform.client().post(ApiPaths.database(id.tenant(), id.name()) + "/migrations", body);
    }

    private Load load() {
        return new Load(
                IntStream.range(0, CLIENTS)
                        .mapToObj(client -> engine.openSession(database, client))
                        .toList(),
                folder);
    }

    private Verdict check(List<Path> journals) {
        try (LedgerReader ledger = engine.openLedger(database)) {
            return HistoryCheck.run(journals, ledger);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = source.createStatement()) {
            statement.execute(sql);
        }
    }
}
