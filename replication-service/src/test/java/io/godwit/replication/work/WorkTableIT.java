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
import io.godwit.events.ReplicationCommand;
import io.godwit.events.ReplicationCommand.HandOver;
import io.godwit.events.ReplicationCommand.StopReverse;
import io.godwit.events.ReplicationCommand.UnfenceSource;
import io.godwit.events.ReplicationEvent.HandedOver;
import io.godwit.events.StepRef;
import io.godwit.testing.ServicesDatabase;
import java.time.Instant;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class WorkTableIT {
    private static final StepRef STEP = new StepRef("mig_test", new DatabaseId("acme", "orders"), 1);
    private static final PlacedDatabase SOURCE = placed("srv_source");
    private static final PlacedDatabase TARGET = placed("srv_target");
    private static final HandOver HAND_OVER =
            new HandOver(STEP, SOURCE, TARGET, true, Instant.parse("2026-01-01T00:00:00Z"));

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
        table = new WorkTable(JdbcClient.create(database));
        Work handOver = table.insert(HAND_OVER);
        assertThat(table.finish(handOver, new HandedOver(STEP, "0/1", 0))).isTrue();
    }

    @Test
    void aStreamThatWasTurnedIsLookedAfterUntilItIsStopped() {
        assertThat(table.reversed()).containsExactly(HAND_OVER);
        table.insert(new StopReverse(STEP, SOURCE, TARGET));
        assertThat(table.reversed()).isEmpty();
    }

    /** Whether that has been done nobody knows, and clients may write there. */
    @Test
    void aStreamWhoseSourceIsToBeOpenedIsNotLookedAfterAnyMore() {
        table.insert(new UnfenceSource(STEP, SOURCE));
        assertThat(table.reversed()).isEmpty();
    }

    @Test
    void aStreamWhoseTargetIsOpenedAfterAFailedRollbackIsLookedAfterStill() {
        ReplicationCommand opening = new UnfenceSource(STEP, TARGET);
        table.insert(opening);
        assertThat(table.reversed()).containsExactly(HAND_OVER);
    }

    private static PlacedDatabase placed(String serverId) {
        Login login = new Login("orders__acme", new SealedSecret("c2VhbGVk"));
        ServerAccess server = new ServerAccess(
                serverId,
                EngineId.POSTGRESQL,
                "15.18",
                new ServerAddress("127.0.0.1", 15001),
                TransportSecurity.VERIFY_CA,
                login,
                login);
        return new PlacedDatabase(server, "orders__acme", login);
    }
}
