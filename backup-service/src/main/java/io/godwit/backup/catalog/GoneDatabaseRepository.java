package io.godwit.backup.catalog;

import org.springframework.data.jpa.repository.JpaRepository;

/** The rows of table {@code gone_database}, by {@code tenant/name}. */
public interface GoneDatabaseRepository extends JpaRepository<GoneDatabase, String> {}
