package io.godwit.gateway.audit;

import io.godwit.gateway.token.Principal;
import io.godwit.rest.PageQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table {@code audit}. */
@Repository
class AuditTable {
    private final JdbcClient jdbc;

    AuditTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(Instant at, Principal principal, String address, String method, String path, int status) {
        jdbc.sql("""
                        insert into audit (at, token_id, caller, role, tenant, address, method, path, status)
                        values (:at, :token, :caller, :role, :tenant, :address, :method, :path, :status)""")
                .param("at", at.atOffset(ZoneOffset.UTC))
                .param("token", principal.tokenId())
                .param("caller", principal.caller().name())
                .param(
                        "role",
                        principal
                                .caller()
                                .role()
                                .name()
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '-'))
                .param("tenant", principal.caller().tenant())
                .param("address", address)
                .param("method", method)
                .param("path", path)
                .param("status", status)
                .update();
    }

    /** Newest first. */
    List<AuditEntry> page(PageQuery query, long before) {
        return jdbc.sql("select * from audit where id < ? order by id desc limit ?")
                .params(before, query.fetchSize())
                .query((row, number) -> read(row))
                .list();
    }

    private static AuditEntry read(ResultSet row) throws SQLException {
        return new AuditEntry(
                row.getLong("id"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("token_id"),
                row.getString("caller"),
                row.getString("role"),
                row.getString("tenant"),
                row.getString("address"),
                row.getString("method"),
                row.getString("path"),
                row.getInt("status"));
    }
}
