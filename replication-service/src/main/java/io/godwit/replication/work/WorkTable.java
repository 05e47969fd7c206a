package io.godwit.replication.work;

import io.godwit.events.Message;
import io.godwit.events.MessageJson;
import io.godwit.events.MessageTypes;
import io.godwit.events.ReplicationCommand;
import io.godwit.events.ReplicationEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The accepted commands and their answers. */
@Repository
class WorkTable {
    private final JdbcClient jdbc;

    WorkTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Work insert(ReplicationCommand command) {
        long id = jdbc.sql("""
                        INSERT INTO work (database_id, migration_id, type, command, undo, state)
                        VALUES (?, ?, ?, ?, ?, 'ACCEPTED') RETURNING id""")
                .params(
                        command.step().databaseId().toString(),
                        command.step().migrationId(),
                        MessageTypes.typeOf(command.getClass()),
                        MessageJson.mapper().writeValueAsString(command),
                        Work.isUndo(command))
                .query(Long.class)
                .single();
        return new Work(id, command, false);
    }

    /** Gives up every unfinished command of the migration that takes nothing back. */
    void supersede(String migrationId) {
        jdbc.sql("""
                UPDATE work SET state = 'SUPERSEDED', ended_at = now()
                WHERE migration_id = ? AND state = 'ACCEPTED' AND NOT undo""").param(migrationId).update();
    }

    /** The newest command of the migration, with its answer if it has one. */
    Optional<Latest> latest(String migrationId) {
        return jdbc.sql("""
                        SELECT type, command, state, reply_type, reply FROM work
                        WHERE migration_id = ? ORDER BY id DESC LIMIT 1""")
                .param(migrationId)
                .query((row, _) -> new Latest(
                        command(row),
                        row.getString("state").equals("ACCEPTED"),
                        Optional.ofNullable(row.getString("reply"))
                                .map(json -> read(json, column(row, "reply_type"), ReplicationEvent.class))))
                .optional();
    }

    /** @return false if the command was superseded in the meantime, so that nobody waits for the answer */
    boolean finish(Work work, ReplicationEvent reply) {
        return jdbc.sql("""
                        UPDATE work SET state = 'DONE', reply_type = ?, reply = ?, ended_at = now()
                        WHERE id = ? AND state = 'ACCEPTED'""")
                        .params(
                                MessageTypes.typeOf(reply.getClass()),
                                MessageJson.mapper().writeValueAsString(reply),
                                work.id())
                        .update()
                == 1;
    }

    /** In the order of acceptance. */
    List<Work> unfinished() {
        return jdbc.sql("SELECT id, type, command FROM work WHERE state = 'ACCEPTED' ORDER BY id")
                .query((row, _) -> new Work(row.getLong("id"), command(row), true))
                .list();
    }

    /**
     * The commands that have turned a stream around, or have handed it over, which was not stopped since. A source that
     * is to be opened, or was, takes writes again, so its stream is no longer one to be looked after.
     */
    List<ReplicationCommand> reversed() {
        return jdbc.sql("""
                        SELECT type, command FROM work r
                        WHERE reply_type IN (?, ?) AND NOT EXISTS (
                            SELECT FROM work s WHERE s.migration_id = r.migration_id AND s.id > r.id AND (s.type IN (?, ?)
                                OR s.type = ? AND s.command::jsonb #>> '{source,server,serverId}'
                                    = r.command::jsonb #>> '{source,server,serverId}'))
                        ORDER BY id""")
                .params(
                        MessageTypes.typeOf(ReplicationEvent.ReverseStreaming.class),
                        MessageTypes.typeOf(ReplicationEvent.HandedOver.class),
                        MessageTypes.typeOf(ReplicationCommand.StopReverse.class),
                        MessageTypes.typeOf(ReplicationCommand.StopReplication.class),
                        MessageTypes.typeOf(ReplicationCommand.UnfenceSource.class))
                .query((row, _) -> command(row))
                .list();
    }

    private static ReplicationCommand command(ResultSet row) throws SQLException {
        return read(row.getString("command"), row.getString("type"), ReplicationCommand.class);
    }

    private static String column(ResultSet row, String name) {
        try {
            return row.getString(name);
        } catch (SQLException e) {
            throw new IllegalStateException("column " + name + " can't be read", e);
        }
    }

    private static <M extends Message> M read(String json, String type, Class<M> expected) {
        Class<? extends Message> message = MessageTypes.classOf(type)
                .orElseThrow(() -> new IllegalStateException("message type '" + type + "' is unknown"));
        return expected.cast(MessageJson.mapper().readValue(json, message));
    }

    /** @param unfinished whether it is still to be answered */
    record Latest(ReplicationCommand command, boolean unfinished, Optional<ReplicationEvent> reply) {}
}
