package io.godwit.provisioning.database;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.provisioning.engine.Engines;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Where clients connect: always to the proxy. */
@Component
class ProxyEndpoints {
    private final Environment environment;
    private final Engines engines;
    private final String host;

    ProxyEndpoints(Environment environment, Engines engines) {
        this.environment = environment;
        this.engines = engines;
        this.host = environment.getRequiredProperty("godwit.proxy.host");
    }

    /** @param password null where it is not known any more */
    ConnectionView connection(DatabaseId database, EngineId engine, @Nullable String password) {
        String name = database.clientName();
        int port = Objects.requireNonNullElse(
                environment.getProperty("godwit.proxy." + engine.id() + ".port", Integer.class), engine.proxyPort());
        String uri = engines.clientLogins(engine).connectionUri(host, port, name, password, name);
        return new ConnectionView(uri, host, port, name, password, name);
    }

    /** @param password shown once, when it is made; null after that */
    record ConnectionView(
            String uri,
            String host,
            int port,
            String user,
            @Nullable String password,
            String database) {
        @Override
        public String toString() {
            return "ConnectionView[" + user + "]";
        }
    }
}
