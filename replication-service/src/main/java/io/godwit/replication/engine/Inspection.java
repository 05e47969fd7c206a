package io.godwit.replication.engine;

import io.godwit.events.Finding;
import java.util.List;

/**
 * What preflight found.
 *
 * @param method how the database would be moved
 * @param estimatedRows by the server's statistics
 */
public record Inspection(String method, List<Finding> findings, long bytes, long estimatedRows, int tables) {}
