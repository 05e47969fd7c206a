package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import java.util.LinkedHashSet;

/**
 * Knows which way a migration goes: the physical one while its notes are there. That there are none is remembered from the
 * steps before the pause, so that nobody asks for them in the pause. A migration that goes the logical way never changes to
 * the other. One that went by a standby may end by backup and restore, perhaps in another instance of the service; so
 * notes that were found are not remembered, but looked for each time. Safe for use by several threads.
 */
final class PostgresWays {
    private static final int MOST_REMEMBERED = 1_000;

    private final PostgresWay logical;
    private final PostgresPhysicalWay physical;
    private final LinkedHashSet<String> logicalOnes = new LinkedHashSet<>();

    PostgresWays(PostgresWay logical, PostgresPhysicalWay physical) {
        this.logical = logical;
        this.physical = physical;
    }

    /** Asks, and remembers. To be called when the migration's stream is there, and nobody is held. */
    PostgresWay settled(ChangeStream stream) {
        String migrationId = stream.migrationId();
        boolean whole = physical.isOf(migrationId, stream.target());
        synchronized (logicalOnes) {
            if (whole) {
                logicalOnes.remove(migrationId);
                return physical;
            }
            logicalOnes.addLast(migrationId);
            if (logicalOnes.size() > MOST_REMEMBERED) {
                logicalOnes.removeFirst();
            }
            return logical;
        }
    }

    PostgresWay of(ChangeStream stream) {
        return of(stream.migrationId(), stream.target());
    }

    /** @param database either of the migration's two */
    PostgresWay of(String migrationId, PlacedDatabase database) {
        return isRememberedAsLogical(migrationId) || !physical.isOf(migrationId, database) ? logical : physical;
    }

    /** The migration begins, or ends. */
    void forget(String migrationId) {
        synchronized (logicalOnes) {
            logicalOnes.remove(migrationId);
        }
    }

    private boolean isRememberedAsLogical(String migrationId) {
        synchronized (logicalOnes) {
            return logicalOnes.contains(migrationId);
        }
    }
}
