package io.godwit.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.ServerAddress;
import io.godwit.events.BackupCommand.CreateSafetyBackup;
import io.godwit.events.BackupEvent;
import io.godwit.events.BackupEvent.BackupCompleted;
import io.godwit.events.BackupEvent.BackupFailed;
import io.godwit.events.BackupEvent.BackupProgressed;
import io.godwit.events.Failure;
import io.godwit.events.StepRef;
import io.godwit.events.Topics;
import io.godwit.messaging.DirectPublisher;
import io.godwit.messaging.OutboundRecord;
import io.godwit.processes.FreePorts;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SafetyBackupIT {
    private static BackupServiceFixture service;
    private static BackupEvents events;

    @BeforeAll
    static void start() throws InterruptedException {
        // Whoever locks a table holds a backup of it up for as long as a test wants.
        service = new BackupServiceFixture(Map.of("godwit.postgresql.lock-timeout", "5m"));
        Eventually.assertThat("the topic", BackupServiceFixture.LONG, () -> new BackupEvents().close());
        events = new BackupEvents();
    }

    @AfterAll
    static void stop() {
        events.close();
        service.close();
    }

    @Test
    void aCommandIsAnsweredWhenTheBackupIsComplete() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/safe");
        StepRef step = new StepRef("mig_safe", id, 1);
        send(step, service.createDatabase(id, 100));

        BackupCompleted completed =
                (BackupCompleted) events.await(1, endOf(step)).getFirst();

        JsonNode backup = service.show(completed.backupId());
        assertThat(backup.path("reason").asString()).isEqualTo("safety");
        assertThat(backup.path("migrationId").asString()).isEqualTo("mig_safe");
        assertThat(backup.path("sha256").asString()).isEqualTo(completed.sha256());
        assertThat(backup.path("bytes").asLong()).isEqualTo(completed.bytes());
    }

    @Test
    void aRepeatedCommandMakesNoSecondBackupAndIsAnsweredAgain() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/repeated");
        PlacedDatabase source = service.createDatabase(id, 100);
        StepRef step = new StepRef("mig_repeated", id, 1);
        send(step, source);
        BackupEvent first = events.await(1, endOf(step)).getFirst();

        send(step, source);

        List<BackupEvent> both = events.await(2, endOf(step));
        assertThat(both).containsExactly(first, first);
        assertThat(backupsOf(id)).hasSize(1);
    }

    @Test
    void aLaterAttemptTakesABackupOfItsOwn() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/attempts");
        PlacedDatabase source = service.createDatabase(id, 100);
        StepRef second = new StepRef("mig_attempts", id, 2);
        send(new StepRef("mig_attempts", id, 1), source);
        send(second, source);

        events.await(1, endOf(new StepRef("mig_attempts", id, 1)));
        events.await(1, endOf(second));
        assertThat(backupsOf(id)).hasSize(2);
    }

    @Test
    void anUnreachableSourceIsToldAsTransient() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/gone");
        PlacedDatabase source = service.createDatabase(id, 1);
        ServerAccess server = source.server();
        ServerAccess dead = new ServerAccess(
                server.serverId(),
                server.engine(),
                server.version(),
                new ServerAddress("127.0.0.1", FreePorts.any()),
                server.security(),
                server.admin(),
                server.replication());
        StepRef step = new StepRef("mig_gone", id, 1);
        send(step, new PlacedDatabase(dead, source.databaseName(), source.owner()));

        BackupFailed failed = (BackupFailed) events.await(1, endOf(step)).getFirst();

        assertThat(failed.failure().code()).isEqualTo("SOURCE_UNREACHABLE");
        assertThat(failed.failure().kind()).isEqualTo(Failure.Kind.TRANSIENT);
    }

    @Test
    void aBackupInterruptedByTheServicesEndIsTakenAfterItsStart() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/interrupted");
        PlacedDatabase source = service.createDatabase(id, 100);
        StepRef step = new StepRef("mig_interrupted", id, 1);
        service.storeLink.stall();
        send(step, source);
        awaitRunning(id);
        service.stopService();
        service.storeLink.cutOnce();
        service.storeLink.pass();
        service.startService();

        BackupEvent answer = events.await(1, endOf(step)).getFirst();

        assertThat(answer).isInstanceOf(BackupCompleted.class);
        assertThat(backupsOf(id)).hasSize(1);
    }

    @Test
    void aSafetyBackupDoesNotWaitForOtherBackups() throws Exception {
        DatabaseId first = DatabaseId.parse("acme/slow_one");
        DatabaseId second = DatabaseId.parse("acme/slow_two");
        DatabaseId id = DatabaseId.parse("acme/hurried");
        PlacedDatabase source = service.createDatabase(id, 100);
        StepRef step = new StepRef("mig_hurried", id, 1);
        try (Connection _ = lockOrders(service.createDatabase(first, 1));
                Connection _ = lockOrders(service.createDatabase(second, 1))) {
            String slow = service.requestBackup(first);
            String slower = service.requestBackup(second);
            awaitRunning(first);
            awaitRunning(second);

            send(step, source);

            assertThat(events.await(1, endOf(step))).hasOnlyElementsOfType(BackupCompleted.class);
            assertThat(service.show(slow).path("status").asString()).isEqualTo("running");
            assertThat(service.show(slower).path("status").asString()).isEqualTo("running");
        }
    }

    @Test
    void aRepeatedCommandIsToldThatItsBackupWaitsForItsTurn() throws Exception {
        DatabaseId first = DatabaseId.parse("acme/moved_one");
        DatabaseId second = DatabaseId.parse("acme/moved_two");
        DatabaseId id = DatabaseId.parse("acme/queued");
        PlacedDatabase one = service.createDatabase(first, 1);
        PlacedDatabase two = service.createDatabase(second, 1);
        PlacedDatabase source = service.createDatabase(id, 100);
        StepRef step = new StepRef("mig_queued", id, 1);
        try (Connection _ = lockOrders(one);
                Connection _ = lockOrders(two)) {
            send(new StepRef("mig_moved_one", first, 1), one);
            send(new StepRef("mig_moved_two", second, 1), two);
            awaitRunning(first);
            awaitRunning(second);
            send(step, source);

            send(step, source);

            BackupProgressed told = (BackupProgressed) events.await(
                            1,
                            event -> event instanceof BackupProgressed p
                                    && p.step().equals(step))
                    .getFirst();
            JsonNode backup = service.show(told.backupId());
            assertThat(backup.path("status").asString()).isEqualTo("pending");
            assertThat(told.bytes()).isZero();
        }
        assertThat(events.await(1, endOf(step))).hasOnlyElementsOfType(BackupCompleted.class);
        assertThat(backupsOf(id)).hasSize(1);
    }

    private static Connection lockOrders(PlacedDatabase database) throws SQLException {
        Connection connection = PostgresServer.openOwner(database);
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static void awaitRunning(DatabaseId id) throws Exception {
        Eventually.await(
                "the start of the backup of " + id,
                BackupServiceFixture.LONG,
                () -> backupsOf(id).stream()
                        .anyMatch(backup -> backup.path("status").asString().equals("running")));
    }

    private static void send(StepRef step, PlacedDatabase source) {
        service.bean(DirectPublisher.class)
                .send(OutboundRecord.message(
                        Topics.BACKUP_COMMANDS, step.databaseId(), new CreateSafetyBackup(step, source)))
                .join();
    }

    private static Predicate<BackupEvent> endOf(StepRef step) {
        return event -> switch (event) {
            case BackupCompleted completed -> completed.step().equals(step);
            case BackupFailed failed -> failed.step().equals(step);
            default -> false;
        };
    }

    private static List<JsonNode> backupsOf(DatabaseId id) throws Exception {
        return List.copyOf(service.get("/api/v1/tenants/" + id.tenant() + "/databases/" + id.name() + "/backups")
                .body()
                .path("items")
                .values());
    }
}
