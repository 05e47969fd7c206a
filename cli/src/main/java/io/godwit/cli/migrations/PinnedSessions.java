package io.godwit.cli.migrations;

import io.godwit.cli.output.Fields;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The sessions that are in a migration's way, for people. */
final class PinnedSessions {
    private PinnedSessions() {}

    static List<String> lines(JsonNode migration) {
        return migration.path("pinnedSessions").values().stream()
                .map(pinned -> "PINNED  session " + Fields.text(pinned, "session") + " at "
                        + Fields.text(pinned, "proxyId") + " for " + Fields.millis(pinned, "forMillis") + ": "
                        + Fields.text(pinned, "reason"))
                .toList();
    }
}
