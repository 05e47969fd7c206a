package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.TransportSecurity;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.InMemoryUndoRecords;
import io.godwit.testing.PostgresServer;
import io.godwit.testing.TestSecrets;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PostgresWaysTest {
    private static final ChangeStream STREAM = new ChangeStream("mig_1", database("old"), database("new"));

    private final InMemoryUndoRecords records = new InMemoryUndoRecords();
    private final PostgresSessions sessions =
            new PostgresSessions(PostgresServer.connections(), Shop.limits().stallTimeout(), InstantSource.system());
    private final PostgresLogicalWay logical = new PostgresLogicalWay(
            sessions, TestSecrets.sealer(), PostgresServer.connections(), Path.of("."), records, Shop.limits());
    private final PostgresPhysicalWay physical = new PostgresPhysicalWay(sessions, records, Shop.limits());
    private final PostgresWays ways = new PostgresWays(logical, physical);

    @AfterEach
    void close() {
        logical.close();
        sessions.close();
    }

    @Test
    void aStreamOfItsOwnIsAskedAboutOnce() {
        assertThat(ways.settled(STREAM)).isSameAs(logical);
        assertThat(ways.of(STREAM)).isSameAs(logical);
        assertThat(ways.of(STREAM.migrationId(), STREAM.source())).isSameAs(logical);

        assertThat(records.asked(PostgresPhysicalWay.RECORD)).isOne();
    }

    @Test
    void aStandbyIsKnownToAnInstanceThatHasNotSeenItsBeginning() {
        note(STREAM);

        assertThat(ways.of(STREAM)).isSameAs(physical);
        assertThat(ways.of(STREAM.migrationId(), STREAM.source())).isSameAs(physical);
        assertThat(ways.settled(STREAM.reversed())).isSameAs(physical);
    }

    @Test
    void aStandbyThatAnotherInstanceGaveUpIsNotRemembered() {
        note(STREAM);
        assertThat(ways.settled(STREAM)).isSameAs(physical);
        records.remove(STREAM.migrationId(), "old", PostgresPhysicalWay.RECORD);
        records.remove(STREAM.migrationId(), "new", PostgresPhysicalWay.RECORD);

        assertThat(ways.of(STREAM.migrationId(), STREAM.source())).isSameAs(logical);
    }

    @Test
    void whatIsOnlyAskedForIsNotRemembered() {
        assertThat(ways.of(STREAM)).isSameAs(logical);
        note(STREAM);

        assertThat(ways.of(STREAM)).isSameAs(physical);
    }

    @Test
    void theStepsBeforeThePauseAskAnew() {
        assertThat(ways.settled(STREAM)).isSameAs(logical);
        note(STREAM);

        assertThat(ways.settled(STREAM)).isSameAs(physical);
        assertThat(ways.of(STREAM)).isSameAs(physical);
    }

    @Test
    void oneThatIsForgottenAndOneOfManyIsAskedAboutAgain() {
        ways.settled(STREAM);
        ways.forget(STREAM.migrationId());
        ways.of(STREAM);
        assertThat(records.asked(PostgresPhysicalWay.RECORD)).isEqualTo(2);

        ways.settled(STREAM);
        for (int other = 0; other < 1_000; other++) {
            ways.settled(new ChangeStream("mig_other" + other, STREAM.source(), STREAM.target()));
        }
        int asked = records.asked(PostgresPhysicalWay.RECORD);
        ways.of(STREAM);
        assertThat(records.asked(PostgresPhysicalWay.RECORD)).isEqualTo(asked + 1);
    }

    private void note(ChangeStream stream) {
        for (PlacedDatabase database : new PlacedDatabase[] {stream.source(), stream.target()}) {
            records.save(
                    stream.migrationId(), database.server().serverId(), PostgresPhysicalWay.RECORD, new PostgresNote());
        }
    }

    private static PlacedDatabase database(String serverId) {
        Login login = new Login("somebody", TestSecrets.sealer().seal("secret"));
        ServerAccess server = new ServerAccess(
                serverId,
                EngineId.POSTGRESQL,
                "17",
                new ServerAddress("127.0.0.1", 1),
                TransportSecurity.PLAIN,
                login,
                login);
        return new PlacedDatabase(server, "shop", login);
    }
}
