package io.godwit.cli.backups;

import io.godwit.cli.output.Fields;
import io.godwit.cli.output.Quantities;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;

/** How a backup looks to people. */
final class BackupView {
    static final String[] HEAD = {"backup", "database", "reason", "status", "size", "created", "verified"};

    private BackupView() {}

    static String[] row(JsonNode backup) {
        return new String[] {
            Fields.text(backup, "id"),
            Fields.text(backup, "database"),
            Fields.text(backup, "reason"),
            Fields.text(backup, "status"),
            Fields.bytes(backup, "bytes"),
            Fields.time(backup, "createdAt"),
            Fields.text(backup, "verification.status")
        };
    }

    static SequencedMap<String, String> fields(JsonNode backup) {
        SequencedMap<String, String> fields = new LinkedHashMap<>();
        fields.put("Backup", Fields.text(backup, "id"));
        fields.put("Database", Fields.text(backup, "database"));
        fields.put("Engine", Fields.text(backup, "engine") + " " + Fields.text(backup, "engineVersion"));
        fields.put("Reason", Fields.text(backup, "reason"));
        fields.put("Migration", Fields.text(backup, "migrationId"));
        fields.put("Status", Fields.text(backup, "status"));
        fields.put("Size", Fields.bytes(backup, "bytes"));
        fields.put("Rows", Quantities.count(Fields.number(backup, "rows").orElse(0)));
        fields.put("SHA-256", Fields.text(backup, "sha256"));
        fields.put("Created", Fields.time(backup, "createdAt"));
        fields.put("Completed", Fields.time(backup, "completedAt"));
        fields.put("Verification", Fields.text(backup, "verification.status"));
        fields.put("Restore", Fields.text(backup, "restore.status"));
        fields.put("Error", Fields.text(backup, "error.message"));
        return fields;
    }
}
