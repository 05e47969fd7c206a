package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SealedSecret;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.TransportSecurity;
import io.godwit.engines.postgresql.PostgresMoveNames;
import io.godwit.replication.engine.ChangeStream;
import org.junit.jupiter.api.Test;

class PostgresNamesTest {
    private static final int LONGEST = 63;

    @Test
    void aStreamIsNamedAfterBothItsEndsAndItsDirection() {
        ChangeStream stream = stream("mig_1", "srv_a", "srv_b");

        assertThat(PostgresNames.stream(stream))
                .startsWith(PostgresMoveNames.PREFIX)
                .isEqualTo(PostgresNames.stream(stream("mig_1", "srv_a", "srv_b")))
                // What is left of an attempt whose target did not answer any more must not follow the next one's
                // stream.
                .isNotEqualTo(PostgresNames.stream(stream("mig_1", "srv_a", "srv_c")))
                .isNotEqualTo(PostgresNames.stream(stream.reversed()))
                .isNotEqualTo(PostgresNames.stream(stream("mig_2", "srv_a", "srv_b")));
    }

    @Test
    void everyNameFitsHoweverLongTheMigrations() {
        ChangeStream stream = stream("mig_" + "x".repeat(100), "srv_a", "srv_b");

        assertThat(PostgresNames.stream(stream)).hasSizeLessThanOrEqualTo(LONGEST);
        assertThat(PostgresNames.deputy(stream.migrationId(), stream.source().server()))
                .hasSizeLessThanOrEqualTo(LONGEST)
                .matches(PostgresMoveNames.DEPUTIES);
    }

    private static ChangeStream stream(String migrationId, String from, String to) {
        return new ChangeStream(migrationId, on(from), on(to));
    }

    private static PlacedDatabase on(String serverId) {
        Login nobody = new Login("nobody", new SealedSecret("sealed"));
        ServerAccess server = new ServerAccess(
                serverId,
                EngineId.POSTGRESQL,
                "15.18",
                new ServerAddress("127.0.0.1", 5432),
                TransportSecurity.PLAIN,
                nobody,
                nobody);
        return new PlacedDatabase(server, "orders__acme", nobody);
    }
}
