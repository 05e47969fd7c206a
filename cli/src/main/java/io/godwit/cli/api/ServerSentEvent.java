package io.godwit.cli.api;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One event of a stream.
 *
 * @param id what a reconnect resumes after; null if the platform gave none
 * @param type the event's name, {@code message} if it has none
 */
public record ServerSentEvent(@Nullable String id, String type, JsonNode data) {}
