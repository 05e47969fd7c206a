package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.postgresql.PostgresConnections;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.CopyListener;
import io.godwit.replication.engine.CopyTotals;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.UndoRecords;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The initial sync, from nothing to a target that follows. */
final class PostgresCopy {
    /** Kept on the target's side of the move once the stream runs, so that a repeated command finds it done. */
    static final String RECORD = "COPY";

    /** Kept from the moment the target is found empty: whatever is in it afterwards was copied. */
    static final String BEGUN = "COPY_BEGUN";

    private final PostgresSessions sessions;
    private final PostgresConnections connections;
    private final PostgresTools tools;
    private final PostgresDeputy deputy;
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
            PostgresDeputy deputy,
            PostgresSubscriber subscriber,
            PostgresReplicaIdentity identities,
            PostgresRoles roles,
            PostgresStop stop,
            UndoRecords records,
            MoveLimits limits) {
        this.sessions = sessions;
        this.connections = connections;
        this.tools = tools;
        this.deputy = deputy;
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
        PostgresPairChecks.requireFit(PostgresRepresentedRoles.check(source));
        PostgresPairChecks.requireFit(PostgresPairChecks.check(source, target, stream.source()));
    }

    private boolean isStreaming(ChangeStream stream) throws SQLException, InterruptedException {
        String name = PostgresNames.stream(stream);
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
        String name = PostgresNames.stream(stream);
        String targetId = stream.target().server().serverId();
        boolean begunBefore =
                records.find(stream.migrationId(), targetId, BEGUN, Begun.class).isPresent();
        PostgresTargetContent.makeEmpty(target, begunBefore && !hasBeenFenced(stream));
        records.save(stream.migrationId(), targetId, BEGUN, new Begun(name));
        PostgresMarker.prepare(target, stream.migrationId());
        PostgresMarker.prepare(source, stream.migrationId());
        PostgresDdlCapture.install(target, stream.migrationId(), stream.target());
        PostgresDdlCapture.install(source, stream.migrationId(), stream.source());
        deputy.appoint(source, stream.migrationId(), stream.source(), mentioned(source));
        admitReplication(source, stream.source());
        admitReplication(target, stream.target());

        try (PostgresCopyMeter meter = copyRows(stream, source, target, listener)) {
            target.execute("ANALYZE");
            identities.note(target, stream.migrationId(), stream.target());
            PostgresSubscriber.enable(target, name);
            meter.complete();
            Done done = new Done(
                    meter.rows(),
                    meter.bytes(),
                    Duration.ofNanos(System.nanoTime() - started).toMillis());
            records.save(stream.migrationId(), targetId, RECORD, done);
            return done.totals();
        }
    }

    /** @return what was copied; the caller closes it */
    private PostgresCopyMeter copyRows(
            ChangeStream stream, PostgresSession source, PostgresSession target, CopyListener listener)
            throws Exception {
        PostgresCopyStart start = PostgresCopyStart.make(
                stream, source, identities, sessions, connections, tools, deputy, limits, listener::onDelayed);
        try (PostgresSchemaCopy schema = start.schema()) {
            long bytes = start.tables().stream().mapToLong(PostgresTable::bytes).sum();
            PostgresCopyMeter meter = new PostgresCopyMeter(bytes, listener);
            boolean done = false;
            try {
                copyUnderSnapshot(stream, source, target, start, meter);
                // The snapshot has ended: from here on the source may clean up behind itself again.
                schema.restoreAfterRows(target, limits.copyWorkers());
                PostgresSchemaCopy.refreshMaterializedViews(start.materializedViews(), target);
                done = true;
                return meter;
            } finally {
                if (!done) {
                    meter.close();
                }
            }
        }
    }

    private void copyUnderSnapshot(
            ChangeStream stream,
            PostgresSession source,
            PostgresSession target,
            PostgresCopyStart start,
            PostgresCopyMeter meter)
            throws Exception {
        boolean binary = PostgresCatalog.majorVersion(source) == PostgresCatalog.majorVersion(target);
        try (start) {
            try {
                roles.carry(source, target, stream.migrationId(), stream.source(), stream.target());
                deputy.appoint(target, stream.migrationId(), stream.target(), mentioned(source));
                start.schema().restoreBeforeRows(target);
                // It takes the list of tables from the source, so it is made while both sides have the same ones.
                subscriber.subscribe(target, stream);
                PostgresDatabaseSettings.carry(source, target, stream.source(), stream.target());
                new PostgresTableCopy(
                                deputy, limits.copyWorkers(), limits.copyChunk().toBytes())
                        .copy(stream, start.snapshot(), start.tables(), binary, meter);
            } catch (SQLException | IOException | PostgresToolException e) {
                if (PostgresFailures.isConnectionFailure(e) || !start.isOutdated(source)) {
                    throw e;
                }
                throw disturbed(e);
            }
            if (start.isDisturbed(source)) {
                throw disturbed(null);
            }
        }
    }

    private static List<String> mentioned(PostgresSession source) throws SQLException {
        return source.list(PostgresRoles.MENTIONED, row -> row.getString(1));
    }

    private static ReplicationException disturbed(@Nullable Exception cause) {
        return new ReplicationException(
                PostgresDdlNotes.NOT_CARRIED,
                Failure.Kind.TRANSIENT,
                "the schema was changed while the rows were copied, by a statement that had waited for that as long as it"
                        + " may; expected the copy to end before",
                cause);
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
