package io.godwit.replication.engine.postgresql;

import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SealedSecret;
import io.godwit.engines.SecretSealer;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.Passage;
import io.godwit.replication.engine.UndoRecords;
import java.sql.SQLException;

/**
 * Lets connections into a fenced database: its owner may log in, with a password that no route has. Whoever comes with
 * the usual one is refused as before.
 */
final class PostgresPassage {
    private final PostgresSessions sessions;
    private final SecretSealer sealer;
    private final UndoRecords records;
    private final MoveLimits limits;

    PostgresPassage(PostgresSessions sessions, SecretSealer sealer, UndoRecords records, MoveLimits limits) {
        this.sessions = sessions;
        this.sealer = sealer;
        this.records = records;
        this.limits = limits;
    }

    Login open(String migrationId, PlacedDatabase database) throws SQLException, InterruptedException {
        Passage.requireFenced(PostgresFence.isFenced(records, migrationId, database), database);
        Passage passage = Passage.of(records, sealer, migrationId, database);
        sessions.with(database, session -> {
            PostgresBackends.deed(session, migrationId, in -> open(in, database, passage));
            return true;
        });
        return passage.loginTo(database);
    }

    private void open(PostgresSession session, PlacedDatabase database, Passage passage)
            throws SQLException, InterruptedException {
        PostgresSecrets.execute(session, "ALTER ROLE " + owner(database) + password(passage.secret()));
        // Before these are over, one with the usual password would find that it may come in.
        PostgresLogins.awaitBegun(session);
        session.execute("BEGIN; ALTER ROLE " + owner(database) + " LOGIN; GRANT CONNECT ON DATABASE "
                + PostgresNames.quoted(database.databaseName()) + " TO " + owner(database) + "; COMMIT");
    }

    /** Does nothing if no passage was opened. */
    void close(String migrationId, PlacedDatabase database) throws SQLException, InterruptedException {
        if (!Passage.isOpen(records, migrationId, database)) {
            return;
        }
        sessions.with(database, session -> {
            PostgresBackends.endDeeds(session, migrationId);
            PostgresSecrets.execute(session, "ALTER ROLE " + owner(database) + " NOLOGIN; " + takeBack(database));
            new PostgresExpulsion(migrationId, database.server()).complete(session, limits.fenceTimeout());
            return true;
        });
        Passage.forget(records, migrationId, database);
    }

    /** Gives the owner its own password back and leaves whoever has come in; the fence is about to be lowered. */
    void outlive(String migrationId, PlacedDatabase database) throws SQLException, InterruptedException {
        if (!Passage.isOpen(records, migrationId, database)) {
            return;
        }
        sessions.with(database, session -> {
            PostgresSecrets.execute(session, takeBack(database));
            return true;
        });
        Passage.forget(records, migrationId, database);
    }

    private String takeBack(PlacedDatabase database) {
        return "ALTER ROLE " + owner(database) + password(database.owner().password()) + "; REVOKE CONNECT ON DATABASE "
                + PostgresNames.quoted(database.databaseName()) + " FROM " + owner(database) + " CASCADE";
    }

    private String password(SealedSecret secret) {
        return " PASSWORD " + PostgresNames.literal(sealer.open(secret));
    }

    private static String owner(PlacedDatabase database) {
        return PostgresNames.quoted(database.owner().user());
    }
}
