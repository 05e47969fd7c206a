package io.godwit.backup.catalog;

import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;

/** The rows of table {@code restore_run}. */
public interface RestoreRunRepository extends JpaRepository<RestoreRun, String> {
    @Query("SELECT r.id FROM RestoreRun r WHERE r.status = :status AND r.kind = :kind ORDER BY r.createdAt")
    List<String> findIds(RunStatus status, RunKind kind);

    Optional<RestoreRun> findFirstByBackupIdAndKindOrderByCreatedAtDesc(String backupId, RunKind kind);

    Optional<RestoreRun> findByTenantAndNameAndKindAndStatus(
            String tenant, String name, RunKind kind, RunStatus status);

    Optional<RestoreRun> findByMigrationIdAndAttempt(String migrationId, int attempt);

    /** Under the rows' locks, so that none of them replaces a database meanwhile. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("""
            SELECT r FROM RestoreRun r
            WHERE r.migrationId = :migrationId AND r.attempt <= :lastAttempt
            ORDER BY r.attempt
            """)
    List<RestoreRun> findAndLockOfMigration(String migrationId, int lastAttempt);

    boolean existsByMigrationIdAndAttemptGreaterThan(String migrationId, int attempt);

    /**
     * Bounds how long the transaction waits for each lock from here on; who waits longer gets a
     * {@link org.springframework.dao.PessimisticLockingFailureException}.
     *
     * @param longest in the database's notation, for example {@code 10s}
     */
    @Query(value = "SELECT set_config('lock_timeout', :longest, true)", nativeQuery = true)
    String boundLocks(String longest);

    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("SELECT r FROM RestoreRun r WHERE r.id = :id")
    Optional<RestoreRun> findAndLock(String id);

    /** Those beside whose database something may have been left, in the order of their ids from after the given one on. */
    @Query("""
            SELECT r FROM RestoreRun r
            WHERE r.placement IS NOT NULL AND r.clearedAt IS NULL
              AND r.status IN :statuses AND r.finishedAt > :since AND r.id > :after
            ORDER BY r.id
            """)
    List<RestoreRun> findUncleared(Collection<RunStatus> statuses, Instant since, String after, Limit limit);

    boolean existsByBackupIdAndStatus(String backupId, RunStatus status);
}
