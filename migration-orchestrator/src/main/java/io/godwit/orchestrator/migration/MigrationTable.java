package io.godwit.orchestrator.migration;

import io.godwit.engines.DatabaseId;
import io.godwit.events.MigrationStatus;
import io.godwit.orchestrator.saga.Migration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rows of {@code migrations}. */
@Repository
public class MigrationTable {
    private final JdbcClient jdbc;
    private final StateJson json;

    MigrationTable(JdbcClient jdbc, StateJson json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** A row that is locked until the transaction ends. */
    record Locked(Migration migration, long version) {}

    /** @return false if the database has an active migration already */
    boolean insert(Migration migration) {
        return jdbc.sql("""
                        INSERT INTO migrations (id, tenant, database_name, status, phase, definition_version, dry_run,
                            active, due_at, version, created_at, updated_at, state)
                        VALUES (:id, :tenant, :name, :status, :phase, :definition, :dryRun, :active, :dueAt, 0,
                            :createdAt, :createdAt, :state::jsonb)
                        ON CONFLICT DO NOTHING""")
                        .param("id", migration.id())
                        .param("tenant", migration.databaseId().tenant())
                        .param("name", migration.databaseId().name())
                        .param("status", migration.status().name())
                        .param("phase", migration.phase().name())
                        .param("definition", migration.definitionVersion())
                        .param("dryRun", migration.dryRun())
                        .param("active", !migration.dryRun())
                        .param("dueAt", time(migration.place().dueAt()))
                        .param("createdAt", time(migration.createdAt()))
                        .param("state", json.write(migration))
                        .update()
                == 1;
    }

    Optional<Locked> lock(String id) {
        return jdbc.sql("SELECT state, version FROM migrations WHERE id = :id FOR UPDATE")
                .param("id", id)
                .query((row, _) -> new Locked(json.read(row.getString(1)), row.getLong(2)))
                .optional();
    }

    /** Locks the row if its time has come and no other instance is at it. */
    Optional<Locked> lockDue(String id, Instant now) {
        return jdbc.sql("""
                        SELECT state, version FROM migrations WHERE id = :id AND due_at <= :now
                        FOR UPDATE SKIP LOCKED""")
                .param("id", id)
                .param("now", time(now))
                .query((row, _) -> new Locked(json.read(row.getString(1)), row.getLong(2)))
                .optional();
    }

    void update(Migration migration, long version, Instant now) {
        int rows = jdbc.sql("""
                        UPDATE migrations SET status = :status, phase = :phase, active = :active, due_at = :dueAt,
                            version = version + 1, updated_at = :now, state = :state::jsonb
                        WHERE id = :id AND version = :version""")
                .param("id", migration.id())
                .param("version", version)
                .param("status", migration.status().name())
                .param("phase", migration.phase().name())
                .param("active", !migration.dryRun() && !migration.isFinished())
                .param("dueAt", time(migration.place().dueAt()))
                .param("now", time(now))
                .param("state", json.write(migration))
                .update();
        if (rows != 1) {
            throw new OptimisticLockingFailureException(
                    "migration " + migration.id() + " is not at version " + version);
        }
    }

    public Optional<Migration> find(String id) {
        return jdbc.sql("SELECT state FROM migrations WHERE id = :id")
                .param("id", id)
                .query((row, _) -> json.read(row.getString(1)))
                .optional();
    }

    Optional<Migration> findActive(DatabaseId databaseId) {
        return jdbc.sql("SELECT state FROM migrations WHERE tenant = :tenant AND database_name = :name AND active")
                .param("tenant", databaseId.tenant())
                .param("name", databaseId.name())
                .query((row, _) -> json.read(row.getString(1)))
                .optional();
    }

    /**
     * Newest first, without dry runs.
     *
     * @param tenant null for all
     * @param status null for all
     * @param after the id of the migration after which to begin; null for the newest
     */
    public List<Migration> list(
            @Nullable String tenant, @Nullable MigrationStatus status, @Nullable String after, int limit) {
        return jdbc.sql("""
                        SELECT state FROM migrations
                        WHERE NOT dry_run
                          AND (:tenant::text IS NULL OR tenant = :tenant)
                          AND (:status::text IS NULL OR status = :status)
                          AND (:after::text IS NULL OR (created_at, id) <
                               (SELECT p.created_at, p.id FROM migrations p WHERE p.id = :after))
                        ORDER BY created_at DESC, id DESC LIMIT :limit""")
                .param("tenant", tenant)
                .param("status", status == null ? null : status.name())
                .param("after", after)
                .param("limit", limit)
                .query((row, _) -> json.read(row.getString(1)))
                .list();
    }

    List<String> due(Instant now, int limit) {
        return jdbc.sql("SELECT id FROM migrations WHERE due_at <= :now ORDER BY due_at LIMIT :limit")
                .param("now", time(now))
                .param("limit", limit)
                .query(String.class)
                .list();
    }

    List<String> active() {
        return jdbc.sql("SELECT id FROM migrations WHERE active ORDER BY id")
                .query(String.class)
                .list();
    }

    void deleteDryRunsBefore(Instant time) {
        jdbc.sql("DELETE FROM migrations WHERE dry_run AND created_at < :time")
                .param("time", time(time))
                .update();
    }

    static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
