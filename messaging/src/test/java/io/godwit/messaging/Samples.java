package io.godwit.messaging;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.SealedSecret;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.TransportSecurity;
import io.godwit.events.DatabaseRoute;
import io.godwit.events.DatabaseRoute.ClientLogin;
import io.godwit.events.ProxyCommand.Backend;

/** Messages for tests. */
final class Samples {
    private Samples() {}

    static DatabaseRoute route(DatabaseId database, long epoch) {
        return new DatabaseRoute(
                database,
                EngineId.POSTGRESQL,
                epoch,
                new ClientLogin(database.clientName(), "SCRAM-SHA-256$4096:c2FsdA==$a2V5:a2V5"),
                new Backend(
                        "srv_a",
                        new ServerAddress("127.0.0.1", 5432),
                        TransportSecurity.VERIFY_CA,
                        database.clientName(),
                        new Login(database.clientName(), new SealedSecret("c2VhbGVk"))));
    }
}
