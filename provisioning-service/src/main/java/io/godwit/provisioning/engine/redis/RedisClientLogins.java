package io.godwit.provisioning.engine.redis;

import io.godwit.engines.EngineId;
import io.godwit.provisioning.engine.ClientLogins;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Redis' clients send user and password. */
@Component
class RedisClientLogins implements ClientLogins {
    @Override
    public EngineId engine() {
        return EngineId.REDIS;
    }

    @Override
    public String verifierOf(String password) {
        return RedisPasswordVerifier.of(password);
    }

    /** The name of the database is the user's; the path is the logical database in which a session begins. */
    @Override
    public String connectionUri(String host, int port, String user, @Nullable String password, String database) {
        String login = password == null ? user : user + ":" + password;
        return "redis://" + login + "@" + host + ":" + port + "/0";
    }
}
