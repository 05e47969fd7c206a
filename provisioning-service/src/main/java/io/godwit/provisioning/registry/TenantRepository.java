package io.godwit.provisioning.registry;

import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

/** The rows of table {@code tenant}. Nothing deletes one, and only who gives out ids looks at those of the deleted. */
public interface TenantRepository extends Repository<Tenant, String> {
    Tenant save(Tenant tenant);

    /** Finds a deleted tenant, too. */
    Optional<Tenant> findById(String id);

    Optional<Tenant> findByIdAndDeletedAtIsNull(String id);

    boolean existsByIdAndDeletedAtIsNull(String id);

    List<Tenant> findByDeletedAtIsNullAndIdGreaterThanOrderById(String after, Limit limit);
}
