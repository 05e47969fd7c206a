package io.godwit.gateway.token;

import io.godwit.rest.Caller;
import io.godwit.rest.PageQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table {@code token}. */
@Repository
class TokenTable {
    private static final String COLUMNS = "id, name, role, tenant, created_at, created_by, expires_at";
    private static final String OF_NO_GONE_TENANT =
            " and not exists (select from gone_tenant where gone_tenant.id = token.tenant)";

    private final JdbcClient jdbc;

    TokenTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Does not find the token of a tenant that is gone. */
    Optional<Token> findBySecretHash(byte[] hash) {
        return jdbc.sql("select " + COLUMNS + " from token where secret_hash = ?" + OF_NO_GONE_TENANT)
                .param(hash)
                .query((row, number) -> read(row))
                .optional();
    }

    /** @param ids at least one */
    Set<String> validAmong(Set<String> ids, Instant now) {
        return jdbc.sql("select id from token where id in (:ids) and (expires_at is null or expires_at > :now)"
                        + OF_NO_GONE_TENANT)
                .param("ids", ids)
                .param("now", utc(now))
                .query(String.class)
                .set();
    }

    Optional<Token> find(String id) {
        return jdbc.sql("select " + COLUMNS + " from token where id = ?")
                .param(id)
                .query((row, number) -> read(row))
                .optional();
    }

    /** @param tenant whose tokens are wanted; null for everybody's */
    List<Token> page(@Nullable String tenant, PageQuery query) {
        return jdbc.sql("select " + COLUMNS + " from token"
                        + " where (:tenant::text is null or tenant = :tenant) and (:after::text is null or id > :after)"
                        + " order by id limit :size")
                .param("tenant", tenant)
                .param("after", query.after())
                .param("size", query.fetchSize())
                .query((row, number) -> read(row))
                .list();
    }

    /** Writes the token over one of the same id. */
    void save(Token token, byte[] secretHash) {
        jdbc.sql("insert into token (" + COLUMNS + ", secret_hash)"
                        + " values (:id, :name, :role, :tenant, :createdAt, :createdBy, :expiresAt, :hash)"
                        + " on conflict (id) do update set secret_hash = excluded.secret_hash")
                .param("id", token.id())
                .param("name", token.name())
                .param("role", token.role().name())
                .param("tenant", token.tenant())
                .param("createdAt", utc(token.createdAt()))
                .param("createdBy", token.createdBy())
                .param("expiresAt", utc(token.expiresAt()))
                .param("hash", secretHash)
                .update();
    }

    void delete(String id) {
        jdbc.sql("delete from token where id = ?").param(id).update();
    }

    private static Token read(ResultSet row) throws SQLException {
        OffsetDateTime expiresAt = row.getObject("expires_at", OffsetDateTime.class);
        return new Token(
                row.getString("id"),
                row.getString("name"),
                Caller.Role.valueOf(row.getString("role")),
                row.getString("tenant"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getString("created_by"),
                expiresAt == null ? null : expiresAt.toInstant());
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
