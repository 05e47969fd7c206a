package io.godwit.provisioning.database;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.ServerAccess;
import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** Measures how large databases are: all servers at once, and without waiting long for any. */
@Component
class DatabaseSizes {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Engines engines;

    DatabaseSizes(Engines engines) {
        this.engines = engines;
    }

    /** @return the sizes in bytes, without those that could not be measured in time */
    Map<DatabaseId, Long> measure(Collection<Placement> homes, Map<String, Server> servers) {
        Map<DatabaseId, Long> sizes = new ConcurrentHashMap<>();
        // Databases that are processes of their own are asked each for itself.
        Map<ServerAccess, List<Placement>> byProcess = new HashMap<>();
        for (Placement home : homes) {
            Server server = servers.get(home.serverId());
            if (server != null && server.status() == ServerStatus.READY) {
                byProcess
                        .computeIfAbsent(home.on(server).server(), _ -> new ArrayList<>())
                        .add(home);
            }
        }
        CountDownLatch measured = new CountDownLatch(byProcess.size());
        byProcess.forEach((process, placements) -> Thread.ofVirtual()
                .name("size-" + process.serverId())
                .start(() -> {
                    try {
                        sizes.putAll(measureOn(process, placements));
                    } finally {
                        measured.countDown();
                    }
                }));
        try {
            // Whatever has come by then is the answer.
            boolean _ = measured.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Map.copyOf(sizes);
    }

    private Map<DatabaseId, Long> measureOn(ServerAccess server, List<Placement> placements) {
        try {
            Map<DatabaseId, Long> sizes = new HashMap<>();
            Map<String, Long> byName = engines.provisioner(server.engine())
                    .sizes(
                            server,
                            placements.stream().map(Placement::databaseName).toList());
            for (Placement placement : placements) {
                Long size = byName.get(placement.databaseName());
                if (size != null) {
                    sizes.put(placement.databaseId(), size);
                }
            }
            return sizes;
        } catch (ProvisioningException e) {
            return Map.of();
        }
    }
}
