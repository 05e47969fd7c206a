package io.godwit.backup.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import org.jspecify.annotations.Nullable;

/**
 * Where an archive is restored.
 *
 * @param placed the tenant's database beside which that is
 * @param database the scratch database's name
 * @param newOwner the role that is to own everything; null keeps owners and grants as they were
 */
record PostgresRestoreTarget(
        PlacedDatabase placed, String database, @Nullable String newOwner) {
    ServerAccess server() {
        return placed.server();
    }
}
