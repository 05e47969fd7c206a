package io.godwit.replication.diagnostics;

import io.godwit.rest.ProblemException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What the service has done for a migration, and what it has changed on servers and not yet taken back. */
@RestController
class StreamController {
    private final JdbcClient jdbc;

    StreamController(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @GetMapping("/internal/v1/streams/{migrationId}")
    Stream stream(@PathVariable String migrationId) {
        List<Command> commands = jdbc.sql("""
                        SELECT type, state, reply_type, accepted_at, ended_at FROM work
                        WHERE migration_id = ? ORDER BY id""")
                .param(migrationId)
                .query((row, _) -> new Command(
                        row.getString("type"),
                        row.getString("state"),
                        row.getString("reply_type"),
                        row.getTimestamp("accepted_at").toInstant(),
                        instant(row.getTimestamp("ended_at"))))
                .list();
        if (commands.isEmpty()) {
            throw new ProblemException(
                    404,
                    "MIGRATION_NOT_FOUND",
                    "Migration '" + migrationId + "' is unknown to the replication service");
        }
        List<Change> changes = jdbc.sql("""
                        SELECT server_id, kind, recorded_at FROM undo_record
                        WHERE migration_id = ? ORDER BY recorded_at""")
                .param(migrationId)
                .query((row, _) -> new Change(
                        row.getString("server_id"),
                        row.getString("kind"),
                        row.getTimestamp("recorded_at").toInstant()))
                .list();
        return new Stream(migrationId, commands, changes);
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }

    /** @param changes what was changed on servers and not taken back */
    record Stream(String migrationId, List<Command> commands, List<Change> changes) {}

    record Command(
            String name,
            String state,
            @Nullable String reply,
            Instant acceptedAt,
            @Nullable Instant endedAt) {}

    record Change(String serverId, String kind, Instant recordedAt) {}
}
