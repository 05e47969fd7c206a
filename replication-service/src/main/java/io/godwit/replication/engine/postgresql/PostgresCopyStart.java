package io.godwit.replication.engine.postgresql;

import io.godwit.engines.postgresql.PostgresConnections;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.ReplicationException;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a copy begins: publication, slot, snapshot and the dump of the schema, all of one and the same schema. Until this
 * is closed, clients' changes of the schema wait at the gate.
 */
final class PostgresCopyStart implements AutoCloseable {
    private static final int ATTEMPTS = 10;

    private final PostgresExportedSnapshot snapshot;
    private final PostgresDdlGate gate;
    private final PostgresSchemaCopy schema;
    private final Content content;

    private PostgresCopyStart(
            PostgresExportedSnapshot snapshot, PostgresDdlGate gate, PostgresSchemaCopy schema, Content content) {
        this.snapshot = snapshot;
        this.gate = gate;
        this.schema = schema;
        this.content = content;
    }

    /**
     * @param waiting told for what, while the slot waits
     * @throws ReplicationException {@code DDL_NOT_CARRIED} if the schema does not stand still at any attempt
     */
    static PostgresCopyStart make(
            ChangeStream stream,
            PostgresSession source,
            PostgresReplicaIdentity identities,
            PostgresSessions sessions,
            PostgresConnections connections,
            PostgresTools tools,
            PostgresDeputy deputy,
            MoveLimits limits,
            Consumer<String> waiting)
            throws Exception {
        String name = PostgresNames.stream(stream);
        Opened opened = new Opened();
        boolean made = false;
        try {
            opened.gate = PostgresDdlGate.close(sessions, stream.source(), stream.migrationId(), limits.lockTimeout());
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                identities.prepare(source, stream.migrationId(), stream.source(), stream.target());
                List<PostgresTable> published = PostgresCatalog.tables(source);
                PostgresPublisher.publish(source, name, published);
                PostgresExportedSnapshot snapshot = PostgresExportedSnapshot.create(
                        connections, sessions, stream.source(), name, limits.startTimeout(), waiting);
                opened.snapshot = snapshot;
                Content content = readContent(stream, sessions, snapshot);
                PostgresSchemaCopy schema =
                        PostgresSchemaCopy.dump(tools, deputy, stream, content.beyondTenant(), snapshot.name());
                opened.schema = schema;
                if (names(published).equals(names(content.tables()))
                        && PostgresDdlNotes.count(source) == content.changes()) {
                    made = true;
                    return new PostgresCopyStart(snapshot, opened.gate, schema, content);
                }
                opened.closeSnapshot();
                PostgresPublisher.remove(source, name);
            }
            throw new ReplicationException(
                    PostgresDdlNotes.NOT_CARRIED,
                    Failure.Kind.TRANSIENT,
                    "the schema was changed at each of " + ATTEMPTS + " attempts to begin the copy; expected a moment"
                            + " without");
        } finally {
            if (!made) {
                opened.close();
            }
        }
    }

    private static Content readContent(
            ChangeStream stream, PostgresSessions sessions, PostgresExportedSnapshot snapshot) throws SQLException {
        try (PostgresSession inside = sessions.open(stream.source())) {
            PostgresBackends.claim(inside, stream.migrationId());
            snapshot.enter(inside);
            return new Content(
                    PostgresCatalog.tables(inside),
                    PostgresSchemaCopy.materializedViews(inside),
                    PostgresBeyondTenant.of(inside),
                    PostgresDdlNotes.count(inside),
                    PostgresDdlNotes.rewrites(inside));
        }
    }

    private static Set<String> names(List<PostgresTable> tables) {
        return tables.stream().map(PostgresTable::name).collect(Collectors.toSet());
    }

    PostgresExportedSnapshot snapshot() {
        return snapshot;
    }

    /** Stays usable after this is closed; the caller closes it. */
    PostgresSchemaCopy schema() {
        return schema;
    }

    List<PostgresTable> tables() {
        return content.tables();
    }

    List<String> materializedViews() {
        return content.materializedViews();
    }

    /** Whether the schema was changed since. */
    boolean isOutdated(PostgresSession source) throws SQLException {
        return PostgresDdlNotes.count(source) != content.changes();
    }

    /** Whether a table was written anew since, and may have been copied as if it were empty. */
    boolean isDisturbed(PostgresSession source) throws SQLException {
        return PostgresDdlNotes.rewrites(source) != content.rewrites();
    }

    /** Lets the source clean up behind itself, and its schema change, again. */
    @Override
    public void close() throws SQLException {
        try (gate) {
            snapshot.close();
        }
    }

    /** As the snapshot has it. */
    private record Content(
            List<PostgresTable> tables,
            List<String> materializedViews,
            Set<String> beyondTenant,
            long changes,
            long rewrites) {}

    /** What must be closed if it does not become part of a start. */
    private static final class Opened {
        private @Nullable PostgresDdlGate gate;
        private @Nullable PostgresExportedSnapshot snapshot;
        private @Nullable PostgresSchemaCopy schema;

        void closeSnapshot() throws Exception {
            try (AutoCloseable _ = schema;
                    AutoCloseable _ = snapshot) {
                schema = null;
                snapshot = null;
            }
        }

        void close() throws Exception {
            try (AutoCloseable _ = gate) {
                closeSnapshot();
            }
        }
    }
}
