package io.godwit.proxy.protocol.redis;

import io.godwit.engines.EngineId;
import io.godwit.events.DatabaseRoute;
import io.godwit.proxy.gate.DatabaseGate;
import io.godwit.proxy.gate.GateRegistry;
import java.util.Optional;

/**
 * With what a client logged in: in its session it may only log in as the same user again. Text is bytes,
 * one per character.
 */
record RedisCredentials(String user, DatabaseGate gate) {
    static final String WRONG = "WRONGPASS invalid username-password pair or user is disabled.";
    static final String USER_NEEDED =
            "WRONGPASS a database is chosen by its user: AUTH <user> <password> is needed, a password alone is not"
                    + " enough";

    /**
     * The database whose client has that password; empty if there is none, without telling whether the user is known.
     */
    static Optional<RedisCredentials> find(GateRegistry gates, String user, String password) {
        DatabaseGate gate = gates.find(EngineId.REDIS, user).orElse(null);
        DatabaseRoute route = gate == null ? null : gate.committedRoute();
        RedisVerifier verifier = route == null
                ? RedisVerifier.ofNobody()
                : RedisVerifier.parse(route.client().verifier());
        boolean fits = verifier.fits(password);
        return fits && gate != null ? Optional.of(new RedisCredentials(user, gate)) : Optional.empty();
    }

    boolean fit(String otherUser, String password) {
        DatabaseRoute route = gate.committedRoute();
        boolean fits =
                route != null && RedisVerifier.parse(route.client().verifier()).fits(password);
        return fits && otherUser.equals(user);
    }
}
