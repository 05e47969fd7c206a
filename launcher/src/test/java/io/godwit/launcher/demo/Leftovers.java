package io.godwit.launcher.demo;

import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import java.util.List;

/** What a move could leave behind, as the engine's servers tell. */
interface Leftovers {
    static Leftovers of(EngineId engine, E2ePlatform platform) {
        return switch (engine) {
            case POSTGRESQL -> new PostgresLeftovers(platform);
            case REDIS -> new RedisLeftovers(platform);
        };
    }

    /** In the database where it lives now. */
    List<String> ofMove(PlacedDatabase home) throws Exception;

    /** On a server that is there for others too, and on which the database lives no more. */
    List<String> ofDatabase(PlacedDatabase former) throws Exception;
}
