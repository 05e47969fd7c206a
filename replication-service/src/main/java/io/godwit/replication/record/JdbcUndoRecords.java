package io.godwit.replication.record;

import io.godwit.replication.engine.UndoRecords;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

@Repository
class JdbcUndoRecords implements UndoRecords {
    private final JdbcClient jdbc;
    private final JsonMapper json;

    JdbcUndoRecords(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    @Override
    public <T> void save(String migrationId, String serverId, String kind, T detail) {
        jdbc.sql("""
                INSERT INTO undo_record (migration_id, server_id, kind, detail) VALUES (?, ?, ?, ?)
                ON CONFLICT (migration_id, server_id, kind) DO UPDATE SET detail = excluded.detail""")
                .params(migrationId, serverId, kind, json.writeValueAsString(detail))
                .update();
    }

    @Override
    public <T> Optional<T> find(String migrationId, String serverId, String kind, Class<T> detailType) {
        return jdbc.sql("SELECT detail FROM undo_record WHERE migration_id = ? AND server_id = ? AND kind = ?")
                .params(migrationId, serverId, kind)
                .query(String.class)
                .optional()
                .map(detail -> json.readValue(detail, detailType));
    }

    @Override
    public void remove(String migrationId, String serverId, String kind) {
        jdbc.sql("DELETE FROM undo_record WHERE migration_id = ? AND server_id = ? AND kind = ?")
                .params(migrationId, serverId, kind)
                .update();
    }
}
