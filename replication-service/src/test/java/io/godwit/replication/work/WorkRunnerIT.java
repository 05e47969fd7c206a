package io.godwit.replication.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SealedSecret;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.TransportSecurity;
import io.godwit.events.Failure;
import io.godwit.events.MessageJson;
import io.godwit.events.ReplicationCommand.InspectDatabase;
import io.godwit.events.ReplicationEvent;
import io.godwit.events.ReplicationEvent.DatabaseInspected;
import io.godwit.events.ReplicationEvent.ReplicationFailed;
import io.godwit.events.StepRef;
import io.godwit.messaging.MessageTooLargeException;
import io.godwit.messaging.OutboundRecord;
import io.godwit.replication.engine.Inspection;
import io.godwit.replication.engine.ReplicationEngines;
import io.godwit.testing.ServicesDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class WorkRunnerIT {
    private static final int MOST_BYTES = 1_000_000;
    private static final StepRef STEP = new StepRef("mig_test", new DatabaseId("acme", "orders"), 1);
    private static final InspectDatabase INSPECT = new InspectDatabase(STEP, placed(), null);
    private static final Inspection FOUND = new Inspection("logical", List.of(), 1, 2, 3);

    private final List<ReplicationEvent> sent = new CopyOnWriteArrayList<>();
    private TransactionTemplate transactions;
    private WorkTable table;

    @BeforeEach
    void open() {
        ServicesDatabase.Schema schema = ServicesDatabase.emptySchema("replication");
        DriverManagerDataSource database = new DriverManagerDataSource(schema.url(), schema.user(), schema.password());
        Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/replication")
                .load()
                .migrate();
        transactions = new TransactionTemplate(new JdbcTransactionManager(database));
        table = new WorkTable(JdbcClient.create(database));
    }

    @Test
    void workIsAnsweredAndTheAnswerKept() {
        run(() -> FOUND);

        assertThat(sent).containsExactly(new DatabaseInspected(STEP, "logical", List.of(), 1, 2, 3));
        assertThat(table.unfinished()).isEmpty();
    }

    @Test
    void anAnswerThatNoBrokerTakesIsAFailureThatSaysSo() {
        run(() -> new Inspection("x".repeat(MOST_BYTES), List.of(), 1, 2, 3));

        assertThat(failure().code()).isEqualTo("ANSWER_TOO_LARGE");
        assertThat(failure().kind()).isEqualTo(Failure.Kind.INTERNAL);
        assertThat(failure().message()).contains("InspectDatabase", "expected at most " + MOST_BYTES);
        assertThat(table.latest(STEP.migrationId()).orElseThrow().reply()).contains(sent.getFirst());
        assertThat(table.unfinished()).isEmpty();
    }

    @Test
    void workThatFindsTheServicesOwnDatabaseAwayMayBeTriedAgain() {
        JdbcClient away = JdbcClient.create(new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/away"));
        run(() -> {
            away.sql("SELECT 1").query().singleRow();
            return FOUND;
        });

        assertThat(failure().code()).isEqualTo("SERVICE_DATABASE_AWAY");
        assertThat(failure().kind()).isEqualTo(Failure.Kind.TRANSIENT);
        assertThat(failure().message()).contains("own database did not answer", "InspectDatabase");
    }

    @Test
    void whatNobodyExpectedIsAnsweredAsAFailureToo() {
        run(() -> Objects.requireNonNull(null, "no such thing"));

        assertThat(failure().code()).isEqualTo("INTERNAL_ERROR");
        assertThat(failure().kind()).isEqualTo(Failure.Kind.INTERNAL);
        assertThat(failure().message()).contains("InspectDatabase", "no such thing");
    }

    private void run(Supplier<Inspection> inspection) {
        ReplicationEvents events = new ReplicationEvents(this::send, transactions);
        CommandExecution execution = new CommandExecution(
                new ReplicationEngines(List.of(new InspectingEngine(inspection))),
                events,
                new LagGauges(new SimpleMeterRegistry()));
        Work work = table.insert(INSPECT);
        new WorkRunner(execution, table, events, transactions).run(work);
    }

    /** As the outbox does, which OutboxIT proves. */
    private void send(OutboundRecord outbound) {
        int bytes = MessageJson.mapper().writeValueAsBytes(outbound.data()).length;
        if (bytes > MOST_BYTES) {
            throw new MessageTooLargeException(outbound.type(), bytes, MOST_BYTES);
        }
        sent.add((ReplicationEvent) Objects.requireNonNull(outbound.data()));
    }

    private Failure failure() {
        assertThat(sent).hasSize(1).first().isInstanceOf(ReplicationFailed.class);
        return ((ReplicationFailed) sent.getFirst()).failure();
    }

    private static PlacedDatabase placed() {
        Login login = new Login("orders__acme", new SealedSecret("c2VhbGVk"));
        ServerAccess server = new ServerAccess(
                "srv_source",
                EngineId.POSTGRESQL,
                "15.18",
                new ServerAddress("127.0.0.1", 15001),
                TransportSecurity.VERIFY_CA,
                login,
                login);
        return new PlacedDatabase(server, "orders__acme", login);
    }
}
