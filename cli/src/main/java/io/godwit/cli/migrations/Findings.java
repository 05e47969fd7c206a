package io.godwit.cli.migrations;

import io.godwit.cli.output.Fields;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What preflight found, for people. */
final class Findings {
    private Findings() {}

    /** @param answer a migration or the plan of a dry run */
    static boolean blocked(JsonNode answer) {
        JsonNode told = answer.path("blockers");
        if (told.isBoolean()) {
            // What blocks replication may still be moved by backup and restore.
            return told.asBoolean();
        }
        return answer.path("findings").values().stream()
                .anyMatch(finding -> Fields.text(finding, "severity").equals("BLOCKER"));
    }

    static List<String> lines(JsonNode answer) {
        List<String> lines = new ArrayList<>();
        for (JsonNode finding : answer.path("findings").values()) {
            String object = Fields.text(finding, "object");
            lines.add(Fields.text(finding, "severity") + "  " + Fields.text(finding, "code")
                    + (object.equals("-") ? "" : " " + object) + ": " + Fields.text(finding, "message"));
            String remedy = Fields.text(finding, "remedy");
            if (!remedy.equals("-") && !remedy.isBlank()) {
                lines.add("         " + remedy);
            }
        }
        return lines;
    }
}
