package io.godwit.events;

import io.godwit.engines.DatabaseId;

/**
 * Says for which attempt of which migration a message is. Replies repeat the reference of the command they answer, so
 * that a late reply to an earlier attempt is told from the current one.
 *
 * @param attempt counts up with every new try of the migration's steps, from 1
 */
public record StepRef(String migrationId, DatabaseId databaseId, int attempt) {}
