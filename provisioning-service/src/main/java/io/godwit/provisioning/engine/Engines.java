package io.godwit.provisioning.engine;

import io.godwit.engines.EngineId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What each engine supplies. */
@Component
public class Engines {
    private final Map<EngineId, Provisioner> provisioners;
    private final Map<EngineId, ClientLogins> clientLogins;
    private final Map<EngineId, LocalServers> localServers;
    private final Map<EngineId, Standbys> standbys;

    Engines(
            List<Provisioner> provisioners,
            List<ClientLogins> clientLogins,
            List<LocalServers> localServers,
            List<Standbys> standbys) {
        this.provisioners = byEngine(provisioners, Provisioner::engine);
        this.clientLogins = byEngine(clientLogins, ClientLogins::engine);
        this.localServers = byEngine(localServers, LocalServers::engine);
        this.standbys = byEngine(standbys, Standbys::engine);
    }

    public Provisioner provisioner(EngineId engine) {
        return required(engine, provisioners.get(engine));
    }

    public ClientLogins clientLogins(EngineId engine) {
        return required(engine, clientLogins.get(engine));
    }

    /** Empty if servers of this engine can't be made here. */
    public Optional<LocalServers> localServers(EngineId engine) {
        return Optional.ofNullable(localServers.get(engine));
    }

    /** Empty if servers of this engine do not follow each other as a whole. */
    public Optional<Standbys> standbys(EngineId engine) {
        return Optional.ofNullable(standbys.get(engine));
    }

    private static <T> T required(EngineId engine, @Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("engine " + engine.id() + " has no part in the provisioning service");
        }
        return part;
    }

    private static <T> Map<EngineId, T> byEngine(List<T> parts, Function<T, EngineId> engine) {
        return parts.stream().collect(Collectors.toUnmodifiableMap(engine, Function.identity()));
    }
}
