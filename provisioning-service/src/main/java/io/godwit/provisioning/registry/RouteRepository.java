package io.godwit.provisioning.registry;

import java.time.Instant;
import java.util.List;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.jpa.repository.Query;

/** The rows of table {@code route}. */
public interface RouteRepository extends JpaRepository<Route, String> {
    /**
     * Other entities stay known to the persistence context: applications wait for this, and reading them again costs time.
     *
     * @return 1 if the route had the expected epoch and now has the next one, 0 if nothing was changed
     */
    @Modifying(flushAutomatically = true)
    @Query("""
            UPDATE Route r
            SET r.epoch = r.epoch + 1, r.serverId = :serverId, r.migrationId = :migrationId, r.publishedAt = :now
            WHERE r.databaseId = :databaseId AND r.epoch = :expectedEpoch AND r.serverId IS NOT NULL""")
    int advance(String databaseId, long expectedEpoch, String serverId, String migrationId, Instant now);

    /** @return 1 if there was no route, 0 if there is one */
    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery("""
            INSERT INTO route (database_id, epoch, server_id, published_at) VALUES (:databaseId, 1, :serverId, :now)
            ON CONFLICT (database_id) DO UPDATE
            SET epoch = route.epoch + 1, server_id = :serverId, migration_id = NULL, published_at = :now
            WHERE route.server_id IS NULL""")
    int open(String databaseId, String serverId, Instant now);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @Query("""
            UPDATE Route r SET r.serverId = NULL, r.migrationId = NULL, r.publishedAt = :now
            WHERE r.databaseId = :databaseId AND r.serverId IS NOT NULL""")
    int end(String databaseId, Instant now);

    List<Route> findByServerIdIsNotNullAndDatabaseIdGreaterThanOrderByDatabaseId(String after, Limit limit);
}
