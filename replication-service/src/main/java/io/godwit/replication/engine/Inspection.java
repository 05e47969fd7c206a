package io.godwit.replication.engine;

import io.godwit.events.AbridgedFindings;
import io.godwit.events.Finding;
import java.util.List;

/**
 * What preflight found.
 *
 * @param method how the database would be moved
 * @param findings abridged, for a database may have any number of objects
 * @param estimatedRows by the server's statistics
 */
public record Inspection(String method, List<Finding> findings, long bytes, long estimatedRows, int tables) {
    public Inspection {
        findings = AbridgedFindings.of(findings);
    }
}
