package io.godwit.replication.engine;

import io.godwit.engines.EngineId;
import io.godwit.events.Failure;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The engines this service moves. */
@Component
public class ReplicationEngines {
    private final Map<EngineId, ReplicationEngine> engines;

    public ReplicationEngines(List<ReplicationEngine> engines) {
        this.engines =
                engines.stream().collect(Collectors.toUnmodifiableMap(ReplicationEngine::engine, Function.identity()));
    }

    /** @throws ReplicationException {@code UNKNOWN_ENGINE} if databases of the engine can't be moved */
    public ReplicationEngine of(EngineId id) {
        ReplicationEngine engine = engines.get(id);
        if (engine == null) {
            throw new ReplicationException(
                    "UNKNOWN_ENGINE",
                    Failure.Kind.CALLER,
                    "databases of engine '" + id.id() + "' can't be moved; expected one of " + engines.keySet());
        }
        return engine;
    }
}
