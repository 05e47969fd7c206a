package io.godwit.backup.catalog;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;

/** The rows of table {@code backup}. */
public interface BackupRepository extends JpaRepository<Backup, String> {
    Optional<Backup> findByMigrationIdAndAttempt(String migrationId, int attempt);

    @Query("SELECT b.id FROM Backup b WHERE b.status IN :statuses ORDER BY b.createdAt")
    List<String> findIds(Collection<BackupStatus> statuses);

    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("SELECT b FROM Backup b WHERE b.id = :id")
    Optional<Backup> findAndLock(String id);

    /** Newest first, from after the given id on; ids are not in order of time, so the page is cut by both. */
    @Query("""
            SELECT b FROM Backup b
            WHERE b.tenant = :tenant AND b.name = :name
              AND (:after IS NULL
                   OR b.createdAt < (SELECT a.createdAt FROM Backup a WHERE a.id = :after)
                   OR b.createdAt = (SELECT a.createdAt FROM Backup a WHERE a.id = :after) AND b.id > :after)
            ORDER BY b.createdAt DESC, b.id
            """)
    List<Backup> findPage(String tenant, String name, @Nullable String after, Limit limit);

    List<Backup> findByTenantAndNameAndStatusInOrderByCreatedAtDesc(
            String tenant, String name, Collection<BackupStatus> statuses);

    /** Those that have a backup from before then, in the order of tenants and names from after the given ones on. */
    @Query("""
            SELECT DISTINCT new io.godwit.engines.DatabaseId(b.tenant, b.name) FROM Backup b
            WHERE b.status IN :statuses AND b.createdAt < :before
              AND (b.tenant > :tenant OR b.tenant = :tenant AND b.name > :name)
            ORDER BY b.tenant, b.name
            """)
    List<DatabaseId> findDatabases(
            Collection<BackupStatus> statuses, Instant before, String tenant, String name, Limit limit);

    /** Those whose pace was measured: the database's own first, the newest first, then the largest. */
    @Query("""
            SELECT b FROM Backup b
            WHERE b.engine = :engine AND b.completedAt IS NOT NULL AND b.databaseBytes IS NOT NULL
            ORDER BY CASE WHEN b.tenant = :tenant AND b.name = :name THEN 0 ELSE 1 END,
                     CASE WHEN b.tenant = :tenant AND b.name = :name THEN 0 ELSE b.databaseBytes END DESC,
                     b.completedAt DESC
            """)
    List<Backup> findMeasured(EngineId engine, String tenant, String name, Limit limit);

    boolean existsByIdAndReason(String id, BackupReason reason);

    /** Those whose objects are in the store still, in the order of their ids from after the given one on. */
    @Query("""
            SELECT b FROM Backup b
            WHERE b.status = :status AND b.objectsRemovedAt IS NULL AND b.id > :after
            ORDER BY b.id
            """)
    List<Backup> findWithObjects(BackupStatus status, String after, Limit limit);
}
