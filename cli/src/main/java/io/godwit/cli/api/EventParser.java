package io.godwit.cli.api;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts the lines of a {@code text/event-stream} together (HTML standard, section 9.2.6). Not safe for several threads. */
final class EventParser {
    private final StringBuilder data = new StringBuilder();
    private @Nullable String id;
    private String type = "message";

    /** @return the event that this line completes */
    Optional<ServerSentEvent> onLine(String line) {
        if (line.isEmpty()) {
            return complete();
        }
        int colon = line.indexOf(':');
        if (colon == 0) {
            return Optional.empty();
        }
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : withoutLeadingSpace(line.substring(colon + 1));
        switch (field) {
            case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
            case "event" -> type = value;
            case "id" -> id = value;
            default -> {
                // Unknown fields are ignored, as the standard demands.
            }
        }
        return Optional.empty();
    }

    private Optional<ServerSentEvent> complete() {
        if (data.isEmpty()) {
            type = "message";
            return Optional.empty();
        }
        ServerSentEvent event = new ServerSentEvent(id, type, ApiClient.parse(data.toString()));
        data.setLength(0);
        type = "message";
        return Optional.of(event);
    }

    private static String withoutLeadingSpace(String value) {
        return value.startsWith(" ") ? value.substring(1) : value;
    }
}
