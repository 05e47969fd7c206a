package io.godwit.provisioning.target;

import io.godwit.events.MessageJson;
import io.godwit.events.MessageTypes;
import io.godwit.events.ProvisioningCommand;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The commands that were accepted and are not yet answered. */
@Repository
class WorkTable {
    private final JdbcClient jdbc;

    WorkTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Work insert(ProvisioningCommand command) {
        long id = jdbc.sql("INSERT INTO command_work (type, command) VALUES (?, ?) RETURNING id")
                .params(
                        MessageTypes.typeOf(command.getClass()),
                        MessageJson.mapper().writeValueAsString(command))
                .query(Long.class)
                .single();
        return new Work(id, command);
    }

    void delete(Work work) {
        jdbc.sql("DELETE FROM command_work WHERE id = ?").param(work.id()).update();
    }

    /** In the order of acceptance. */
    List<Work> all() {
        return jdbc.sql("SELECT id, type, command FROM command_work ORDER BY id")
                .query((row, _) ->
                        new Work(row.getLong("id"), command(row.getString("type"), row.getString("command"))))
                .list();
    }

    private static ProvisioningCommand command(String type, String json) {
        return (ProvisioningCommand) MessageJson.mapper()
                .readValue(
                        json,
                        MessageTypes.classOf(type)
                                .orElseThrow(
                                        () -> new IllegalStateException("message type '" + type + "' is unknown")));
    }
}
