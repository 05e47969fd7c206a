package io.godwit.backup.engine;

import io.godwit.events.AbridgedFindings;
import io.godwit.events.Finding;
import java.util.List;

/**
 * Whether a database can be moved by a backup that is restored elsewhere.
 *
 * @param findings abridged, for there may be any number of them
 * @param bytes its size on its server
 */
public record MoveFitness(List<Finding> findings, long bytes) {
    public MoveFitness {
        findings = AbridgedFindings.of(findings);
    }
}
