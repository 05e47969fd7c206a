package io.godwit.cli.migrations;

import io.godwit.cli.output.Fields;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The sessions that are, or would be, in a migration's way, for people. */
final class PinnedSessions {
    private PinnedSessions() {}

    /** @param answer a migration or the plan of a dry run */
    static List<String> lines(JsonNode answer) {
        return answer.path("pinnedSessions").values().stream()
                .map(pinned -> "PINNED  session " + Fields.text(pinned, "session") + " at "
                        + Fields.text(pinned, "proxyId") + " for " + Fields.millis(pinned, "forMillis") + ": "
                        + Fields.text(pinned, "reason"))
                .toList();
    }

    /** How many sessions there are, for the plan of a dry run. */
    static String count(JsonNode plan) {
        String pinned = Fields.text(plan, "sessions.pinned");
        String rest = pinned.equals("0") || pinned.equals("-") ? "" : ", " + pinned + " of them can't move now";
        return Fields.text(plan, "sessions.total") + rest;
    }
}
