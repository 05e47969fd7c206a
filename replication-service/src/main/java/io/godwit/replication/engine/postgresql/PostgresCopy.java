package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.postgresql.PostgresConnections;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.CopyListener;
import io.godwit.replication.engine.CopyTotals;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.UndoRecords;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The initial sync, from nothing to a target that follows. */
final class PostgresCopy {
    /** Kept on the target's side of the move once the stream runs, so that a repeated command finds it done. */
    static final String RECORD = "COPY";

    /** Kept from the moment the target is found empty: whatever is in it afterwards was copied. */
    static final String BEGUN = "COPY_BEGUN";

    private final PostgresSessions sessions;
    private final PostgresConnections connections;
    private final PostgresTools tools;
    private final PostgresSubscriber subscriber;
    private final PostgresReplicaIdentity identities;
    private final PostgresRoles roles;
    private final PostgresStop stop;
    private final UndoRecords records;
    private final MoveLimits limits;

    PostgresCopy(
            PostgresSessions sessions,
            PostgresConnections connections,
            PostgresTools tools,
            PostgresSubscriber subscriber,
            PostgresReplicaIdentity identities,
            PostgresRoles roles,
            PostgresStop stop,
            UndoRecords records,
            MoveLimits limits) {
        this.sessions = sessions;
        this.connections = connections;
        this.tools = tools;
        this.subscriber = subscriber;
        this.identities = identities;
        this.roles = roles;
        this.stop = stop;
        this.records = records;
        this.limits = limits;
    }

    CopyTotals copy(ChangeStream stream, CopyListener listener) throws Exception {
        Optional<Done> done =
                records.find(stream.migrationId(), stream.target().server().serverId(), RECORD, Done.class);
        if (done.isPresent() && isStreaming(stream)) {
            return done.get().totals();
        }
        stop.stop(stream);
        try (PostgresSession source = sessions.open(stream.source());
                PostgresSession target = sessions.open(stream.target())) {
            PostgresBackends.claim(source, stream.migrationId());
            PostgresBackends.claim(target, stream.migrationId());
            target.allowSilence(limits.statementTimeout());
            requireFit(stream, source, target);
            return copy(stream, source, target, listener);
        } catch (Exception e) {
            if (!(e instanceof InterruptedException) && !Thread.currentThread().isInterrupted()) {
                stopAfter(e, stream);
            }
            throw e;
        }
    }

    /** Whoever stops the move will be told again what could not be removed. */
    private void stopAfter(Exception failure, ChangeStream stream) throws InterruptedException {
        try {
            stop.stop(stream);
        } catch (ReplicationException e) {
            failure.addSuppressed(e);
        }
    }

    /** Preflight may not have known the target; what it would have found there ends the move here. */
    private static void requireFit(ChangeStream stream, PostgresSession source, PostgresSession target)
            throws SQLException {
        PostgresPairChecks.requireFit(PostgresServerChecks.target(target));
        PostgresPairChecks.requireFit(PostgresPairChecks.check(source, target, stream.source()));
    }

    private boolean isStreaming(ChangeStream stream) throws SQLException, InterruptedException {
        String name = PostgresNames.stream(stream.migrationId(), stream.source().server());
        return sessions.with(stream.target(), target -> PostgresSubscriber.exists(target, name))
                && sessions.with(stream.source(), source -> PostgresPublisher.hasSlot(source, name));
    }

    /** Once either side was fenced, the target may be the database's home. */
    private boolean hasBeenFenced(ChangeStream stream) {
        return PostgresFence.isFenced(records, stream.migrationId(), stream.source())
                || PostgresFence.isFenced(records, stream.migrationId(), stream.target());
    }

    private CopyTotals copy(ChangeStream stream, PostgresSession source, PostgresSession target, CopyListener listener)
            throws Exception {
        long started = System.nanoTime();
        String name = PostgresNames.stream(stream.migrationId(), stream.source().server());
        String targetId = stream.target().server().serverId();
        boolean begunBefore =
                records.find(stream.migrationId(), targetId, BEGUN, Begun.class).isPresent();
        PostgresTargetContent.makeEmpty(target, begunBefore && !hasBeenFenced(stream));
        records.save(stream.migrationId(), targetId, BEGUN, new Begun(name));
        PostgresMarker.prepare(target, stream.migrationId());
        PostgresMarker.prepare(source, stream.migrationId());
        admitReplication(source, stream.source());
        admitReplication(target, stream.target());
        identities.prepare(source, stream.migrationId(), stream.source(), stream.target());
        List<PostgresTable> tables = PostgresCatalog.tables(source);
        PostgresPublisher.publish(source, name, tables);

        boolean binary = PostgresCatalog.majorVersion(source) == PostgresCatalog.majorVersion(target);
        long bytes = tables.stream().mapToLong(PostgresTable::bytes).sum();
        try (PostgresCopyMeter meter = new PostgresCopyMeter(bytes, listener)) {
            copyUnderSnapshot(stream, source, target, name, tables, binary, meter);
            target.execute("ANALYZE");
            subscriber.subscribe(target, name, stream.source(), true);
            meter.complete();
            Done done = new Done(
                    meter.rows(),
                    meter.bytes(),
                    Duration.ofNanos(System.nanoTime() - started).toMillis());
            records.save(stream.migrationId(), stream.target().server().serverId(), RECORD, done);
            return done.totals();
        }
    }

    private void copyUnderSnapshot(
            ChangeStream stream,
            PostgresSession source,
            PostgresSession target,
            String name,
            List<PostgresTable> tables,
            boolean binary,
            PostgresCopyMeter meter)
            throws Exception {
        PostgresSchemaCopy schema;
        try (PostgresExportedSnapshot snapshot =
                PostgresExportedSnapshot.create(connections, stream.source(), name, limits.startTimeout())) {
            schema = PostgresSchemaCopy.dump(tools, stream, snapshot.name());
            try {
                roles.carry(source, target, stream.migrationId(), stream.source(), stream.target());
                schema.restoreBeforeRows();
                PostgresDatabaseSettings.carry(source, target, stream.source(), stream.target());
                new PostgresTableCopy(
                                sessions,
                                limits.copyWorkers(),
                                limits.copyChunk().toBytes())
                        .copy(stream, snapshot, tables, binary, meter);
            } catch (Exception e) {
                schema.close();
                throw e;
            }
        }
        // The snapshot has ended: from here on the source may clean up behind itself again.
        try (schema) {
            schema.restoreAfterRows(limits.copyWorkers());
            PostgresSchemaCopy.refreshMaterializedViews(source, target);
        }
    }

    /** The streams log in as a role that needs no rights but this one. */
    private static void admitReplication(PostgresSession session, PlacedDatabase database) throws SQLException {
        String role = database.server().replication().user();
        if (!session.isTrue("SELECT has_database_privilege(?, current_database(), 'CONNECT')", role)) {
            session.execute("GRANT CONNECT ON DATABASE " + PostgresNames.quoted(database.databaseName()) + " TO "
                    + PostgresNames.quoted(role));
        }
    }

    record Begun(String stream) {}

    record Done(long rows, long bytes, long millis) {
        CopyTotals totals() {
            return new CopyTotals(rows, bytes, Duration.ofMillis(millis));
        }
    }
}
