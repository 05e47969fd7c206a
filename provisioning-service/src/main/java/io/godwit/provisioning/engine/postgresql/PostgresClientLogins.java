package io.godwit.provisioning.engine.postgresql;

import io.godwit.engines.EngineId;
import io.godwit.provisioning.engine.ClientLogins;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** PostgreSQL's clients log in by SCRAM-SHA-256. */
@Component
class PostgresClientLogins implements ClientLogins {
    @Override
    public EngineId engine() {
        return EngineId.POSTGRESQL;
    }

    @Override
    public String verifierOf(String password) {
        return PostgresScramVerifier.of(password);
    }

    @Override
    public String connectionUri(String host, int port, String user, @Nullable String password, String database) {
        String login = password == null ? user : user + ":" + password;
        return "postgresql://" + login + "@" + host + ":" + port + "/" + database;
    }
}
