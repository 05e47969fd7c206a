package io.godwit.cli.databases;

import io.godwit.cli.output.Fields;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;

/** How a database looks to people. */
final class DatabaseView {
    static final String[] HEAD = {"database", "engine", "tier", "region", "status", "server", "size", "last migration"};

    private DatabaseView() {}

    static String[] row(JsonNode database) {
        return new String[] {
            Fields.text(database, "tenant") + "/" + Fields.text(database, "name"),
            Fields.text(database, "engine"),
            Fields.text(database, "tier"),
            Fields.text(database, "region"),
            Fields.text(database, "status"),
            Fields.text(database, "serverId"),
            Fields.bytes(database, "sizeBytes"),
            Fields.text(database, "lastMigrationId")
        };
    }

    static SequencedMap<String, String> fields(JsonNode database) {
        SequencedMap<String, String> fields = new LinkedHashMap<>();
        String[] row = row(database);
        String[] names = {"Database", "Engine", "Tier", "Region", "Status", "Server", "Size", "Last migration"};
        for (int i = 0; i < names.length; i++) {
            fields.put(names[i], row[i]);
        }
        return fields;
    }

    static void addConnection(SequencedMap<String, String> fields, JsonNode database) {
        fields.put("Host", Fields.text(database, "connection.host") + ":" + Fields.text(database, "connection.port"));
        fields.put("User", Fields.text(database, "connection.user"));
        fields.put("Password", Fields.text(database, "connection.password") + "  (shown only now)");
        fields.put("URI", Fields.text(database, "connection.uri"));
    }
}
