package io.godwit.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.BackupCommand;
import io.godwit.events.BackupCommand.CreateSafetyBackup;
import io.godwit.events.BackupCommand.DiscardRestore;
import io.godwit.events.BackupCommand.InspectRestore;
import io.godwit.events.BackupCommand.RestoreBackup;
import io.godwit.events.BackupEvent;
import io.godwit.events.BackupEvent.BackupCompleted;
import io.godwit.events.BackupEvent.BackupRestored;
import io.godwit.events.BackupEvent.RestoreDiscarded;
import io.godwit.events.BackupEvent.RestoreFailed;
import io.godwit.events.BackupEvent.RestoreInspected;
import io.godwit.events.BackupEvent.RestoreProgressed;
import io.godwit.events.Finding;
import io.godwit.events.StepRef;
import io.godwit.events.Topics;
import io.godwit.messaging.DirectPublisher;
import io.godwit.messaging.OutboundRecord;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The target of a migration is filled from a backup. */
class MoveRestoreIT {
    private static final PostgresServer TARGETS = PostgresServer.shared("targets");

    private static BackupServiceFixture service;
    private static BackupEvents events;

    @BeforeAll
    static void start() throws InterruptedException {
        service = new BackupServiceFixture(Map.of());
        Eventually.assertThat("the topic", BackupServiceFixture.LONG, () -> new BackupEvents().close());
        events = new BackupEvents();
    }

    @AfterAll
    static void stop() {
        events.close();
        service.close();
    }

    @Test
    void theTargetHoldsWhatWasBackedUpAndKeepsItsGrantsAndSettings() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/moved");
        PlacedDatabase source = service.createDatabase(id, 2_000);
        BackupServiceFixture.execute(
                source,
                "CREATE UNLOGGED TABLE cache (k int PRIMARY KEY, v text)",
                "INSERT INTO cache VALUES (1, 'warm')",
                "CREATE SEQUENCE numbers START 41",
                "SELECT nextval('numbers')",
                "SELECT lo_from_bytea(0, 'large')");
        PlacedDatabase target = prepare(id);
        TARGETS.execute("postgres", "ALTER DATABASE moved__acme SET statement_timeout = '42s'");
        String backup = backUp(id, source, 1);

        BackupRestored restored = restore(id, 2, backup, target);

        assertThat(restored.rows()).isEqualTo(2_001);
        assertThat(restored.tables()).isEqualTo(2);
        assertThat(restored.digest()).matches("[0-9a-f]{64}");
        // As the owner: the login, the ownership and the rows are all as they were.
        assertThat(owner(target, "SELECT count(*) FROM orders")).isEqualTo("2000");
        assertThat(owner(target, "SELECT v FROM cache")).isEqualTo("warm");
        assertThat(owner(target, "SELECT last_value FROM numbers")).isEqualTo("41");
        assertThat(owner(target, "SELECT convert_from(lo_get(oid), 'UTF8') FROM pg_largeobject_metadata"))
                .isEqualTo("large");
        assertThat(owner(target, "SHOW statement_timeout")).isEqualTo("42s");
        assertThat(scratches()).isEqualTo("0");
    }

    @Test
    void aRepeatedCommandIsAnsweredAgainAndRestoresNothingAgain() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/asked_twice");
        PlacedDatabase source = service.createDatabase(id, 10);
        PlacedDatabase target = prepare(id);
        String backup = backUp(id, source, 1);
        BackupRestored first = restore(id, 2, backup, target);
        BackupServiceFixture.execute(target, "INSERT INTO orders (id) VALUES (11)");

        send(new RestoreBackup(first.step(), backup, target));

        assertThat(events.await(2, event -> event.equals(first))).hasSize(2);
        assertThat(owner(target, "SELECT count(*) FROM orders")).isEqualTo("11");
    }

    @Test
    void aRepeatedCommandIsToldThatItsRestoreGoesOn() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/asked_early");
        PlacedDatabase source = service.createDatabase(id, 10);
        PlacedDatabase target = prepare(id);
        String backup = backUp(id, source, 1);
        RestoreBackup command = new RestoreBackup(step(id, 2), backup, target);
        service.storeLink.stall();
        try {
            send(command);
            send(command);

            assertThat(events.await(
                            1,
                            event -> event instanceof RestoreProgressed p
                                    && p.step().equals(command.step())))
                    .contains(new RestoreProgressed(command.step(), backup, 0));
        } finally {
            service.storeLink.pass();
        }
        assertThat(events.await(1, event -> isEndOf(event, command.step())))
                .hasOnlyElementsOfType(BackupRestored.class);
    }

    @Test
    void aLaterAttemptReplacesWhatAnEarlierOneBroughtAndNeverTheOtherWayRound() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/again");
        PlacedDatabase source = service.createDatabase(id, 10);
        PlacedDatabase target = prepare(id);
        String older = backUp(id, source, 1);
        restore(id, 2, older, target);
        BackupServiceFixture.execute(source, "INSERT INTO orders (id) VALUES (11)");
        String newer = backUp(id, source, 3);
        restore(id, 4, newer, target);
        assertThat(owner(target, "SELECT count(*) FROM orders")).isEqualTo("11");

        send(new RestoreBackup(step(id, 3), older, target));
        // Behind the late command on the same partition.
        BackupRestored asked = restore(id, 4, newer, target);

        assertThat(asked.backupId()).isEqualTo(newer);
        assertThat(owner(target, "SELECT count(*) FROM orders")).isEqualTo("11");
        assertThat(scratches()).isEqualTo("0");
    }

    @Test
    void aRestoreInterruptedByTheServicesEndIsDoneAfterItsStart() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/cut_off");
        PlacedDatabase source = service.createDatabase(id, 500);
        PlacedDatabase target = prepare(id);
        String backup = backUp(id, source, 1);
        service.storeLink.stall();
        send(new RestoreBackup(step(id, 2), backup, target));
        Eventually.await(
                "the scratch database",
                BackupServiceFixture.LONG,
                () -> scratches().equals("1"));
        service.stopService();
        service.storeLink.cutOnce();
        service.storeLink.pass();
        service.startService();

        BackupRestored restored = (BackupRestored) events.await(1, event -> isEndOf(event, step(id, 2)))
                .getFirst();

        assertThat(restored.rows()).isEqualTo(500);
        assertThat(owner(target, "SELECT count(*) FROM orders")).isEqualTo("500");
        assertThat(scratches()).isEqualTo("0");
    }

    @Test
    void whatIsDiscardedEndsLeavesNothingAndDoesNotReplaceTheTarget() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/discarded");
        PlacedDatabase source = service.createDatabase(id, 500);
        PlacedDatabase target = prepare(id);
        String backup = backUp(id, source, 1);
        service.storeLink.stall();
        send(new RestoreBackup(step(id, 2), backup, target));
        Eventually.await(
                "the scratch database",
                BackupServiceFixture.LONG,
                () -> scratches().equals("1"));

        send(new DiscardRestore(step(id, 3), target));
        RestoreDiscarded discarded = (RestoreDiscarded) events.await(
                        1,
                        event -> event instanceof RestoreDiscarded d && d.step().equals(step(id, 3)))
                .getFirst();
        service.storeLink.pass();
        send(new RestoreBackup(step(id, 2), backup, target));
        RestoreFailed failed = (RestoreFailed) events.await(1, event -> isEndOf(event, step(id, 2)))
                .getFirst();

        assertThat(discarded.leftovers()).isEmpty();
        assertThat(failed.failure().code()).isEqualTo("RESTORE_DISCARDED");
        assertThat(scratches()).isEqualTo("0");
        assertThat(owner(target, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
                .isEqualTo("0");
    }

    @Test
    void aDiscardThatHasToWaitForARestoreHoldsUpNoOtherCommand() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/replacing");
        DatabaseId other = DatabaseId.parse("acme/bystander");
        PlacedDatabase source = service.createDatabase(id, 10);
        PlacedDatabase otherSource = service.createDatabase(other, 10);
        PlacedDatabase target = prepare(id);
        restore(id, 2, backUp(id, source, 1), target);
        // As a restore does while it replaces its target.
        try (Connection replacing = service.bean(DataSource.class).getConnection();
                Statement statement = replacing.createStatement()) {
            replacing.setAutoCommit(false);
            statement.execute("SELECT id FROM restore_run WHERE migration_id = 'mig_replacing' FOR UPDATE");
            send(new DiscardRestore(step(id, 3), target));

            assertThat(inspect(other, otherSource, 1).findings()).isEmpty();
            replacing.rollback();
        }

        assertThat(events.await(
                        1,
                        event -> event instanceof RestoreDiscarded d && d.step().equals(step(id, 3))))
                .hasSize(1);
    }

    @Test
    void aTargetThatIsNotPreparedAnyMoreIsNotTouched() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/late");
        PlacedDatabase source = service.createDatabase(id, 10);
        PlacedDatabase target = prepare(id);
        String backup = backUp(id, source, 1);
        service.provisioning.prepare(id, null);

        send(new RestoreBackup(step(id, 2), backup, target));
        RestoreFailed failed = (RestoreFailed) events.await(1, event -> isEndOf(event, step(id, 2)))
                .getFirst();

        assertThat(failed.failure().code()).isEqualTo("RESTORE_DISCARDED");
        assertThat(scratches()).isEqualTo("0");
    }

    @Test
    void aBackupThatIsNotThereIsToldAndNothingIsMade() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/nothing");
        service.createDatabase(id, 1);
        send(new RestoreBackup(step(id, 2), "bkp_nothing", prepare(id)));

        RestoreFailed failed = (RestoreFailed) events.await(1, event -> isEndOf(event, step(id, 2)))
                .getFirst();
        assertThat(failed.command()).isEqualTo("RestoreBackup");
        assertThat(failed.failure().code()).isEqualTo("BACKUP_NOT_USABLE");
    }

    @Test
    void preflightForetellsThePauseAndNamesWhatADumpDoesNotBring() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/inspected");
        PlacedDatabase source = service.createDatabase(id, 1_000);
        backUp(id, source, 1);
        RestoreInspected fit = inspect(id, source, 1);
        assertThat(fit.findings()).isEmpty();
        assertThat(fit.bytes()).isGreaterThan(1_000_000);
        assertThat(fit.expectedPauseMillis()).isGreaterThan(2_000);

        service.server.execute(
                source.databaseName(),
                "CREATE SUBSCRIPTION elsewhere CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false)",
                "CREATE SCHEMA godwit");
        RestoreInspected unfit = inspect(id, source, 2);
        service.server.execute(
                source.databaseName(),
                "ALTER SUBSCRIPTION elsewhere SET (slot_name = NONE)",
                "DROP SUBSCRIPTION elsewhere");

        assertThat(unfit.findings())
                .allMatch(finding -> finding.severity() == Finding.Severity.BLOCKER)
                .extracting(Finding::code)
                .containsExactlyInAnyOrder("SUBSCRIPTION", "SCHEMA_NAME_RESERVED");
    }

    private static PlacedDatabase prepare(DatabaseId id) throws SQLException {
        TARGETS.dropTenantDatabase(id);
        PlacedDatabase target = TARGETS.createTenantDatabase(id);
        service.provisioning.prepare(id, target);
        return target;
    }

    private static String backUp(DatabaseId id, PlacedDatabase source, int attempt) throws Exception {
        StepRef step = step(id, attempt);
        send(new CreateSafetyBackup(step, source));
        return ((BackupCompleted) events.await(
                                1,
                                event -> event instanceof BackupCompleted c
                                        && c.step().equals(step))
                        .getFirst())
                .backupId();
    }

    private static BackupRestored restore(DatabaseId id, int attempt, String backup, PlacedDatabase target)
            throws Exception {
        send(new RestoreBackup(step(id, attempt), backup, target));
        BackupEvent end =
                events.await(1, event -> isEndOf(event, step(id, attempt))).getFirst();
        assertThat(end).isInstanceOf(BackupRestored.class);
        return (BackupRestored) end;
    }

    private static RestoreInspected inspect(DatabaseId id, PlacedDatabase source, int attempt) throws Exception {
        send(new InspectRestore(step(id, attempt), source));
        return (RestoreInspected) events.await(
                        1,
                        event -> event instanceof RestoreInspected i && i.step().equals(step(id, attempt)))
                .getFirst();
    }

    private static boolean isEndOf(BackupEvent event, StepRef step) {
        return switch (event) {
            case BackupRestored restored -> restored.step().equals(step);
            case RestoreFailed failed -> failed.step().equals(step);
            default -> false;
        };
    }

    private static StepRef step(DatabaseId id, int attempt) {
        return new StepRef("mig_" + id.name(), id, attempt);
    }

    private static void send(BackupCommand command) {
        service.bean(DirectPublisher.class)
                .send(OutboundRecord.message(
                        Topics.BACKUP_COMMANDS, command.step().databaseId(), command))
                .join();
    }

    /** How many databases of Godwit's own there are on the target server. */
    private static String scratches() throws SQLException {
        try (Connection connection = TARGETS.openAdmin("postgres")) {
            return value(connection, "SELECT count(*) FROM pg_database WHERE datname LIKE 'godwit%'");
        }
    }

    private static String owner(PlacedDatabase database, String query) throws SQLException {
        try (Connection connection = PostgresServer.openOwner(database)) {
            return value(connection, query);
        }
    }

    private static String value(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
