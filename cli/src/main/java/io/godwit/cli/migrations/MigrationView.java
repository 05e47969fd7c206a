package io.godwit.cli.migrations;

import io.godwit.cli.output.Fields;
import io.godwit.cli.output.Quantities;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A migration as the platform describes it, read for people. */
public record MigrationView(JsonNode json) {
    static final String[] HEAD = {"migration", "database", "to", "status", "phase", "percent", "pause", "created"};
    private static final Set<String> ENDS = Set.of("ready", "failed", "cancelled", "rolled_back");

    public String id() {
        return Fields.text(json, "id");
    }

    public String status() {
        return Fields.text(json, "status");
    }

    public String phase() {
        return Fields.text(json, "phase");
    }

    /** Whether the tenant's traffic has arrived where it is going to stay for now. */
    public boolean settled() {
        return ENDS.contains(status());
    }

    public boolean ready() {
        return status().equals("ready");
    }

    /** Whether nothing was touched, because preflight found a blocker. */
    boolean refusedByPreflight() {
        boolean begun = json.path("fallback").path("reason").isObject();
        return status().equals("failed")
                && !begun
                && (Fields.text(json, "error.code").equals("PREFLIGHT_BLOCKED") || Findings.blocked(json));
    }

    /** Of the initial sync, 0 to 100; empty before it. */
    public OptionalDouble percent() {
        return Fields.decimal(json, "percent");
    }

    /** One line about where it is: what matters in this phase. */
    public String progress() {
        List<String> parts = new ArrayList<>();
        parts.add(phase().toLowerCase(Locale.ROOT).replace('_', ' '));
        switch (phase()) {
            case "INITIAL_SYNC" -> {
                percent().ifPresent(value -> parts.add(String.format(Locale.ROOT, "%.1f %%", value)));
                add(parts, "rows", " rows");
                add(parts, "rowsPerSecond", " rows/s");
                waitingFor().ifPresent(reason -> parts.add("waiting: " + reason));
            }
            case "CATCH_UP", "VERIFICATION" -> lag(parts);
            default -> pause(parts);
        }
        return String.join(", ", parts);
    }

    /** What keeps the present step from beginning. */
    private Optional<String> waitingFor() {
        String reason = Fields.text(json, "waitingFor");
        return reason.equals("-") ? Optional.empty() : Optional.of(reason);
    }

    private void lag(List<String> parts) {
        Fields.number(json, "lag.bytes").ifPresent(bytes -> parts.add("lag " + Quantities.bytes(bytes)));
        Fields.number(json, "lag.ms").ifPresent(millis -> parts.add("lag " + millis + " ms"));
    }

    private void pause(List<String> parts) {
        Fields.number(json, "pauseMs").ifPresent(millis -> parts.add("pause " + millis + " ms"));
    }

    private void add(List<String> parts, String field, String unit) {
        OptionalLong value = Fields.number(json, field);
        value.ifPresent(number -> parts.add(Quantities.count(number) + unit));
    }

    String[] row() {
        return new String[] {
            id(),
            Fields.text(json, "databaseId"),
            Fields.text(json, "to"),
            status(),
            phase(),
            Fields.text(json, "percent"),
            Fields.millis(json, "pauseMs"),
            Fields.time(json, "createdAt")
        };
    }

    SequencedMap<String, String> fields() {
        SequencedMap<String, String> fields = new LinkedHashMap<>();
        fields.put("Migration", id());
        fields.put("Database", Fields.text(json, "databaseId"));
        fields.put("Status", status());
        fields.put("Phase", phase());
        waitingFor().ifPresent(reason -> fields.put("Waiting", reason));
        fields.put("From", Fields.text(json, "sourceServerId"));
        fields.put("To", Fields.text(json, "targetServerId"));
        fields.put("Tier", Fields.text(json, "to"));
        fields.put("Method", Fields.text(json, "method"));
        fields.put("Rows", Fields.text(json, "rows"));
        fields.put("Bytes", Fields.bytes(json, "bytes"));
        fields.put("Sync", Fields.millis(json, "syncMs"));
        fields.put("Verified", Fields.text(json, "verification.verified"));
        fields.put("Attempts", Fields.text(json, "attempts"));
        fields.put("Pause", Fields.millis(json, "pauseMs"));
        fields.put("Created", Fields.time(json, "createdAt"));
        fields.put("Window ends", Fields.time(json, "rollbackWindowEndsAt"));
        fields.put("Ended", Fields.time(json, "endedAt"));
        fields.put("Error", error());
        return fields;
    }

    String pauseSentence() {
        OptionalLong pause = Fields.number(json, "pauseMs");
        return pause.isPresent()
                ? "the application's longest pause was " + pause.getAsLong() + " ms"
                : "no pause was felt";
    }

    /** What went wrong, or a dash. */
    public String error() {
        JsonNode error = json.path("error");
        return error.isObject() ? Fields.text(error, "message") + " (" + Fields.text(error, "code") + ")" : "-";
    }
}
