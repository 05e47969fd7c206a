package io.godwit.replication.engine.postgresql;

import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.postgresql.PostgresConnections;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.CopyListener;
import io.godwit.replication.engine.CopyTotals;
import io.godwit.replication.engine.HandOverResult;
import io.godwit.replication.engine.Lag;
import io.godwit.replication.engine.LagListener;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.UndoRecords;
import io.godwit.replication.engine.Verification;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** The move of one database by logical replication, or by backup and restore under the same fence. */
final class PostgresLogicalWay implements PostgresWay, AutoCloseable {
    private final UndoRecords records;
    private final PostgresSlotKeeper keeper;
    private final PostgresCopy copy;
    private final PostgresLag lag;
    private final PostgresVerifier verifier;
    private final PostgresFence fence;
    private final PostgresPassage passage;
    private final PostgresFlush flush;
    private final PostgresReverse reverse;
    private final PostgresHandOver handOver;
    private final PostgresStop stop;
    private final PostgresRestore restore;
    private final PostgresStillSchema still;

    PostgresLogicalWay(
            PostgresSessions sessions,
            SecretSealer sealer,
            PostgresConnections connections,
            Path binDirectory,
            UndoRecords records,
            MoveLimits limits) {
        this.records = records;
        this.keeper = new PostgresSlotKeeper(sessions);
        PostgresDeputy deputy = new PostgresDeputy(sessions, sealer);
        PostgresTools tools = new PostgresTools(connections, binDirectory);
        PostgresSubscriber subscriber = new PostgresSubscriber(sealer);
        PostgresReplicaIdentity identities = new PostgresReplicaIdentity(records, limits.lockTimeout());
        PostgresRoles roles = new PostgresRoles(records);
        this.stop = new PostgresStop(sessions, keeper, identities, roles, records);
        this.copy = new PostgresCopy(
                sessions, connections, tools, deputy, subscriber, identities, roles, stop, records, limits);
        this.lag = new PostgresLag(sessions, limits);
        this.verifier = new PostgresVerifier(sessions, deputy, records, limits);
        this.fence = new PostgresFence(sessions, records, limits);
        this.passage = new PostgresPassage(sessions, sealer, records, limits);
        this.flush = new PostgresFlush(sessions, deputy, records, limits);
        this.still = new PostgresStillSchema(sessions, flush, limits);
        this.restore = new PostgresRestore(sessions, flush, roles, records);
        this.reverse = new PostgresReverse(sessions, subscriber, keeper, records, limits);
        this.handOver = new PostgresHandOver(sessions, fence, flush, reverse, records);
    }

    CopyTotals copy(ChangeStream stream, CopyListener listener) throws Exception {
        return copy.copy(stream, listener);
    }

    @Override
    public Lag awaitConvergence(ChangeStream stream, ConvergenceGoal goal, LagListener listener) throws Exception {
        flush.requireFlow(stream);
        flush.requireCarried(stream);
        Lag converged =
                lag.await(stream, (source, target) -> new PostgresStreamLag(stream, source, target), goal, listener);
        prepareHandOver(stream, _ -> listener.onLag(converged));
        return converged;
    }

    @Override
    public Verification verify(ChangeStream stream) throws Exception {
        Verification verification = still.workOnceDisturbed(stream, () -> verifier.verify(stream));
        prepareHandOver(stream, _ -> {});
        return verification;
    }

    private void prepareHandOver(ChangeStream stream, Consumer<String> waiting) throws Exception {
        still.work(stream, () -> {
            if (!PostgresFence.isFenced(records, stream.migrationId(), stream.target())) {
                // Behind a rollback, whose target is the fenced side, nothing is kept.
                reverse.prepareAhead(stream, waiting);
            }
            handOver.rehearse(stream);
            return true;
        });
    }

    @Override
    public String fence(String migrationId, PlacedDatabase database, ClientHold hold) throws Exception {
        return fence.raise(migrationId, database, hold);
    }

    @Override
    public void unfence(String migrationId, PlacedDatabase database) throws Exception {
        // From here on clients' changes must stay in the slot.
        keeper.leave(migrationId, database);
        passage.outlive(migrationId, database);
        fence.lower(migrationId, database);
    }

    @Override
    public Login openPassage(String migrationId, PlacedDatabase database) throws Exception {
        return passage.open(migrationId, database);
    }

    void closePassage(String migrationId, PlacedDatabase database) throws Exception {
        passage.close(migrationId, database);
    }

    @Override
    public int flush(ChangeStream stream, String position) throws Exception {
        return flush.flush(stream, position);
    }

    @Override
    public void reverse(ChangeStream stream) throws Exception {
        reverse.turn(stream);
    }

    @Override
    public HandOverResult handOver(ChangeStream stream, boolean back, ClientHold hold) throws Exception {
        return handOver.run(stream, back, hold);
    }

    void prepareRestore(ChangeStream stream) throws Exception {
        restore.prepare(stream);
    }

    int confirmRestore(ChangeStream stream) throws Exception {
        return restore.confirm(stream);
    }

    @Override
    public void lookAfter(ChangeStream stream) {
        reverse.lookAfter(stream);
    }

    @Override
    public List<String> stop(ChangeStream stream) throws Exception {
        return stop.stop(stream);
    }

    @Override
    public List<String> stopReverse(ChangeStream stream) throws Exception {
        return stop.stopReverse(stream);
    }

    @Override
    public void close() {
        keeper.close();
    }
}
