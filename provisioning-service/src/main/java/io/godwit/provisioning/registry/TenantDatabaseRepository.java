package io.godwit.provisioning.registry;

import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;

/** The rows of table {@code tenant_database}. */
public interface TenantDatabaseRepository extends JpaRepository<TenantDatabase, String> {
    /** Keeps others from changing the database, or what is known of its placements, until the transaction ends. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("SELECT d FROM TenantDatabase d WHERE d.id = :id")
    Optional<TenantDatabase> findAndLock(String id);

    List<TenantDatabase> findByTenantAndNameGreaterThanOrderByName(String tenant, String after, Limit limit);

    boolean existsByTenant(String tenant);

    List<TenantDatabase> findByUnfinishedIsNotNull();
}
