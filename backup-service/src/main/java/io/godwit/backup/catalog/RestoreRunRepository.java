package io.godwit.backup.catalog;

import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;

/** The rows of table {@code restore_run}. */
public interface RestoreRunRepository extends JpaRepository<RestoreRun, String> {
    @Query("SELECT r.id FROM RestoreRun r WHERE r.status = :status AND r.kind = :kind ORDER BY r.createdAt")
    List<String> findIds(RunStatus status, RunKind kind);

    Optional<RestoreRun> findFirstByBackupIdAndKindOrderByCreatedAtDesc(String backupId, RunKind kind);

    Optional<RestoreRun> findByTenantAndNameAndKindAndStatus(
            String tenant, String name, RunKind kind, RunStatus status);

    boolean existsByBackupIdAndStatus(String backupId, RunStatus status);
}
