package io.godwit.gateway.token;

import java.time.InstantSource;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table {@code gone_tenant}: tenants that were deleted, whose tokens let nobody in. */
@Repository
public class GoneTenants {
    private final JdbcClient jdbc;
    private final InstantSource clock;

    GoneTenants(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Revokes every token that is bound to the tenant, for good. May be repeated.
     *
     * @throws org.springframework.dao.DataAccessException if they may still be valid
     */
    public void add(String tenant) {
        jdbc.sql("""
                        with gone as (insert into gone_tenant (id, gone_at) values (:tenant, :now) on conflict do nothing)
                        delete from token where tenant = :tenant""")
                .param("tenant", tenant)
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .update();
    }

    boolean contains(String tenant) {
        return jdbc.sql("select exists (select from gone_tenant where id = ?)")
                .param(tenant)
                .query(Boolean.class)
                .single();
    }
}
