package io.godwit.replication.engine.postgresql;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.UndoRecords;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What a move by backup and restore needs beside the backup. */
final class PostgresRestore {
    private static final String LARGE_OBJECTS = "SELECT count(*) FROM pg_largeobject_metadata";

    private final PostgresSessions sessions;
    private final PostgresFlush flush;
    private final PostgresRoles roles;
    private final UndoRecords records;

    PostgresRestore(PostgresSessions sessions, PostgresFlush flush, PostgresRoles roles, UndoRecords records) {
        this.sessions = sessions;
        this.flush = flush;
        this.roles = roles;
        this.records = records;
    }

    /** Roles, and what belongs to the database itself; the restore takes both from the target's empty database. */
    void prepare(ChangeStream stream) throws SQLException {
        try (PostgresSession source = sessions.open(stream.source());
                PostgresSession target = sessions.open(stream.target())) {
            PostgresPairChecks.requireFit(PostgresServerChecks.targetOfRestore(target));
            PostgresPairChecks.requireFit(PostgresPairChecks.check(source, target, stream.source()));
            roles.carry(source, target, stream.migrationId(), stream.source(), stream.target());
            PostgresDatabaseSettings.carry(source, target, stream.source(), stream.target());
        }
    }

    /**
     * The rows were compared by the restore. What is compared here was not part of that.
     *
     * @return how many sequences were carried
     * @throws ReplicationException {@code SOURCE_NOT_FENCED}, {@code RESTORE_DIFFERS} or {@code PREPARED_TRANSACTION}
     */
    int confirm(ChangeStream stream) throws SQLException, InterruptedException {
        if (!PostgresFence.isFenced(records, stream.migrationId(), stream.source())) {
            throw new ReplicationException(
                    "SOURCE_NOT_FENCED",
                    Failure.Kind.CONFLICT,
                    "the source is not fenced, so a backup of it may lack what was written since");
        }
        PostgresFlush.SourceState closed = flush.readClosedSource(stream);
        try (PostgresSession source = sessions.open(stream.source());
                PostgresSession target = sessions.open(stream.target())) {
            Optional<String> difference = closed.schema().difference(flush.digest(target, stream));
            if (difference.isPresent()) {
                throw differs(difference.get());
            }
            long objects = source.one(LARGE_OBJECTS, row -> row.getLong(1));
            if (objects != target.one(LARGE_OBJECTS, row -> row.getLong(1))) {
                throw differs("the number of large objects");
            }
            List<PostgresSequences.State> sequences = closed.sequences();
            PostgresSequences.write(target, sequences);
            return sequences.size();
        }
    }

    private static ReplicationException differs(String what) {
        return new ReplicationException(
                "RESTORE_DIFFERS",
                Failure.Kind.CONFLICT,
                what + " is not the same on the fenced source and the restored target; expected no difference");
    }
}
