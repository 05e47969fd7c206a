package io.godwit.provisioning.registry;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;

/** The rows of table {@code placement}. */
public interface PlacementRepository extends JpaRepository<Placement, Long> {
    List<Placement> findByDatabaseId(String databaseId);

    List<Placement> findByServerIdOrderById(String serverId);

    List<Placement> findByDatabaseIdAndServerId(String databaseId, String serverId);

    /** At most one besides those in the given state, for which pass {@link PlacementState#REMOVING}. */
    Optional<Placement> findByDatabaseIdAndServerIdAndStateNot(
            String databaseId, String serverId, PlacementState state);

    Optional<Placement> findByServerIdAndDatabaseName(String serverId, String databaseName);

    @Query("SELECT p.databaseId FROM Placement p WHERE p.id = :id")
    Optional<String> findDatabaseIdById(long id);

    @Query("""
            SELECT p FROM Placement p
            WHERE p.databaseId = :databaseId AND p.state = io.godwit.provisioning.registry.PlacementState.HOME""")
    Optional<Placement> findHome(String databaseId);

    @Query("""
            SELECT p FROM Placement p
            WHERE p.databaseId IN :databaseIds AND p.state = io.godwit.provisioning.registry.PlacementState.HOME""")
    List<Placement> findHomes(Collection<String> databaseIds);

    List<Placement> findByStateAndChangedAtBefore(PlacementState state, Instant before);

    /** Those of databases that are processes of their own. */
    List<Placement> findByPortIsNotNull();

    @Query("SELECT p.port FROM Placement p WHERE p.port IS NOT NULL")
    Set<Integer> findPorts();

    long countByServerId(String serverId);

    boolean existsByServerIdAndStateNot(String serverId, PlacementState state);
}
