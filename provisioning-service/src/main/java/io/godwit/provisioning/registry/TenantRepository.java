package io.godwit.provisioning.registry;

import java.util.List;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;

/** The rows of table {@code tenant}. */
public interface TenantRepository extends JpaRepository<Tenant, String> {
    List<Tenant> findByIdGreaterThanOrderById(String after, Limit limit);
}
