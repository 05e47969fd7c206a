package io.godwit.backup.engine;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.engines.EngineId;
import io.godwit.events.Failure;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The engines that can be backed up. */
@Component
public class BackupEngines {
    private final Map<EngineId, BackupEngine> byId;

    public BackupEngines(List<BackupEngine> engines) {
        this.byId = engines.stream().collect(Collectors.toMap(BackupEngine::id, Function.identity()));
    }

    public BackupEngine of(EngineId id) {
        BackupEngine engine = byId.get(id);
        if (engine == null) {
            throw new OperationFailedException(
                    "ENGINE_NOT_SUPPORTED",
                    "databases of the engine '" + id.id() + "' can't be backed up",
                    Failure.Kind.CALLER);
        }
        return engine;
    }
}
