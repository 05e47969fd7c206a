package io.godwit.provisioning.registry;

import io.godwit.engines.EngineId;
import jakarta.persistence.LockModeType;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;

/** The rows of table {@code server}. */
public interface ServerRepository extends JpaRepository<Server, String> {
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("SELECT s FROM Server s WHERE s.id = :id")
    Optional<Server> findAndLock(String id);

    List<Server> findByIdGreaterThanOrderById(String after, Limit limit);

    List<Server> findByStatusIn(Collection<ServerStatus> statuses);

    /** Those that are standbys of that server, made or not, and are not about to go. */
    @Query("""
            SELECT s FROM Server s
            WHERE s.follows = :leaderId AND s.status <> io.godwit.provisioning.registry.ServerStatus.REMOVING
            ORDER BY s.id""")
    List<Server> findFollowersOf(String leaderId);

    List<Server> findByEngine(EngineId engine);

    Optional<Server> findByHostAndPort(String host, int port);

    @Query("SELECT s.port FROM Server s WHERE s.host = :host")
    Set<Integer> findPorts(String host);

    /**
     * Shared servers with room for one more database of that name, the ones that are up first, then the emptiest.
     *
     * @param without the server that is not wanted, empty text for none
     */
    @Query("""
            SELECT s FROM Server s
            WHERE s.engine = :engine AND s.region = :region AND s.tier = io.godwit.engines.Tier.SHARED
              AND s.draining = false AND s.id <> :without
              AND s.status IN (io.godwit.provisioning.registry.ServerStatus.READY,
                               io.godwit.provisioning.registry.ServerStatus.CREATING)
              AND (SELECT count(p) FROM Placement p WHERE p.serverId = s.id) < :capacity
              AND NOT EXISTS (SELECT p FROM Placement p WHERE p.serverId = s.id AND p.databaseName = :databaseName)
            ORDER BY CASE WHEN s.status = io.godwit.provisioning.registry.ServerStatus.READY THEN 0 ELSE 1 END,
                     (SELECT count(p) FROM Placement p WHERE p.serverId = s.id), s.id
            """)
    List<Server> findSharedWithRoom(
            EngineId engine, String region, String without, long capacity, String databaseName, Limit limit);
}
