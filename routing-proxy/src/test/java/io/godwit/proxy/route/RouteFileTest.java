package io.godwit.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.TransportSecurity;
import io.godwit.events.DatabaseRoute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteFileTest {
    private final SecretSealer sealer = new SecretSealer(new byte[32]);
    private final RouteFile routes =
            new RouteFile(sealer, (engine, password) -> engine.id() + " verifier of " + password);

    @TempDir
    private Path directory;

    @Test
    void aFullEntryIsRead() throws IOException {
        DatabaseRoute route = read("""
            databases:
              - name: acme/orders
                verifier: SCRAM-SHA-256$1:AA==$AA==:AA==
                epoch: 7
                backend: {host: h, port: 5433, database: d, user: u, password: p, tls: verify-ca}
            """).getFirst();
        assertThat(route.databaseId()).isEqualTo(new DatabaseId("acme", "orders"));
        assertThat(route.epoch()).isEqualTo(7);
        assertThat(route.client())
                .isEqualTo(new DatabaseRoute.ClientLogin("orders__acme", "SCRAM-SHA-256$1:AA==$AA==:AA=="));
        assertThat(route.backend().address()).hasToString("h:5433");
        assertThat(route.backend().security()).isEqualTo(TransportSecurity.VERIFY_CA);
        assertThat(route.backend().databaseName()).isEqualTo("d");
        assertThat(route.backend().login().user()).isEqualTo("u");
        assertThat(sealer.open(route.backend().login().password())).isEqualTo("p");
    }

    @Test
    void aShortEntryHasTheClientsNamesOnTheServerToo() throws IOException {
        DatabaseRoute route = read("""
            databases:
              - name: acme/orders
                password: secret
                backend: {host: h, password: p}
            """).getFirst();
        assertThat(route.client().verifier()).isEqualTo("postgresql verifier of secret");
        assertThat(route.backend().databaseName()).isEqualTo("orders__acme");
        assertThat(route.backend().login().user()).isEqualTo("orders__acme");
        assertThat(route.backend().address().port()).isEqualTo(5432);
    }

    @Test
    void anEntryOfAnotherEngineHasThatEnginesVerifierAndPort() throws IOException {
        DatabaseRoute route = read("""
            databases:
              - name: acme/carts
                engine: redis
                password: secret
                backend: {host: h, password: p}
            """).getFirst();
        assertThat(route.engine()).isEqualTo(EngineId.REDIS);
        assertThat(route.client().verifier()).isEqualTo("redis verifier of secret");
        assertThat(route.backend().address().port()).isEqualTo(6379);
        assertThatThrownBy(() -> read("databases:\n  - {name: acme/carts, engine: cobol, backend: {host: h}}\n"))
                .hasMessageContaining("cobol");
    }

    @Test
    void whatIsWrongIsNamedWithoutRepeatingPasswords() {
        assertThatThrownBy(() -> read("databases:\n  - name: acme/orders\n    password: x\n    backend: {host: h}\n"))
                .hasMessageContaining("databases[0].backend.password is missing");
        assertThatThrownBy(() -> read("databases:\n  - name: orders\n")).hasMessageContaining("tenant/name");
        assertThatThrownBy(() -> read("routes: []")).hasMessageContaining("no list 'databases'");
        assertThatThrownBy(() -> read("databases:\n  - {password: hunter2, backend: [\n"))
                .hasMessageContaining("no YAML")
                .hasMessageNotContaining("hunter2");
    }

    private List<DatabaseRoute> read(String yaml) throws IOException {
        return routes.read(Files.writeString(directory.resolve("routes.yaml"), yaml));
    }
}
