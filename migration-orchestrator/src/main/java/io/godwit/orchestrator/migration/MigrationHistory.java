package io.godwit.orchestrator.migration;

import io.godwit.events.MigrationEvent;
import io.godwit.orchestrator.saga.TimelineEntry;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** What has happened to a migration: its steps, and what the public was told. */
@Repository
public class MigrationHistory {
    private final JdbcTemplate jdbc;
    private final StateJson json;

    MigrationHistory(JdbcTemplate jdbc, StateJson json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** A public event as it was told. */
    public record ToldEvent(long sequence, String type, String data) {}

    void record(String migrationId, List<TimelineEntry> entries) {
        jdbc.batchUpdate(
                """
                INSERT INTO migration_steps (migration_id, number, step, attempt, started_at, ended_at, outcome, detail)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (migration_id, number) DO UPDATE
                    SET ended_at = excluded.ended_at, outcome = excluded.outcome, detail = excluded.detail""",
                entries,
                entries.size(),
                (statement, entry) -> set(
                        statement,
                        migrationId,
                        entry.number(),
                        entry.step(),
                        entry.attempt(),
                        MigrationTable.time(entry.startedAt()),
                        MigrationTable.time(entry.endedAt()),
                        entry.outcome(),
                        entry.detail()));
    }

    void tell(String migrationId, List<MigrationEvent> events) {
        jdbc.batchUpdate(
                "INSERT INTO migration_events (migration_id, sequence, type, data) VALUES (?, ?, ?, ?)",
                events,
                events.size(),
                (statement, event) -> set(
                        statement, migrationId, event.sequence(), event.type().cloudEventType(), json.write(event)));
    }

    public List<TimelineEntry> timeline(String migrationId) {
        return jdbc.query(
                "SELECT number, step, attempt, started_at, ended_at, outcome, detail FROM migration_steps"
                        + " WHERE migration_id = ? ORDER BY number",
                (row, _) -> new TimelineEntry(
                        row.getInt(1),
                        row.getString(2),
                        row.getInt(3),
                        row.getObject(4, OffsetDateTime.class).toInstant(),
                        instant(row.getObject(5, OffsetDateTime.class)),
                        row.getString(6),
                        row.getString(7)),
                migrationId);
    }

    /** In order, at most {@code limit}. */
    public List<ToldEvent> toldAfter(String migrationId, long sequence, int limit) {
        return jdbc.query(
                "SELECT sequence, type, data FROM migration_events WHERE migration_id = ? AND sequence > ?"
                        + " ORDER BY sequence LIMIT ?",
                (row, _) -> new ToldEvent(row.getLong(1), row.getString(2), row.getString(3)),
                migrationId,
                sequence,
                limit);
    }

    private static void set(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            if (value instanceof OffsetDateTime time) {
                statement.setObject(i + 1, time, Types.TIMESTAMP_WITH_TIMEZONE);
            } else {
                statement.setObject(i + 1, value);
            }
        }
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
