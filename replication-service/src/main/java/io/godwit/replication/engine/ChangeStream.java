package io.godwit.replication.engine;

import io.godwit.engines.PlacedDatabase;

/** The flow of one database's changes during a move. */
public record ChangeStream(String migrationId, PlacedDatabase source, PlacedDatabase target) {
    public ChangeStream reversed() {
        return new ChangeStream(migrationId, target, source);
    }
}
