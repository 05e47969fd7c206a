package io.godwit.replication.work;

import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.CopyListener;
import io.godwit.replication.engine.CopyTotals;
import io.godwit.replication.engine.HandOverResult;
import io.godwit.replication.engine.Inspection;
import io.godwit.replication.engine.Lag;
import io.godwit.replication.engine.LagListener;
import io.godwit.replication.engine.ReplicationEngine;
import io.godwit.replication.engine.Verification;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An engine that does nothing but inspect, with an outcome of the test's choice. */
final class InspectingEngine implements ReplicationEngine {
    private final Supplier<Inspection> outcome;

    InspectingEngine(Supplier<Inspection> outcome) {
        this.outcome = outcome;
    }

    @Override
    public EngineId engine() {
        return EngineId.POSTGRESQL;
    }

    @Override
    public Inspection inspect(PlacedDatabase source, @Nullable ServerAccess target) {
        return outcome.get();
    }

    @Override
    public CopyTotals copy(ChangeStream stream, CopyListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Lag awaitConvergence(ChangeStream stream, ConvergenceGoal goal, LagListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Verification verify(ChangeStream stream) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String fence(String migrationId, PlacedDatabase database, ClientHold hold) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void unfence(String migrationId, PlacedDatabase database) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Login openPassage(String migrationId, PlacedDatabase database) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void closePassage(String migrationId, PlacedDatabase database) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int flush(ChangeStream stream, String position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void reverse(ChangeStream stream) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void lookAfter(ChangeStream stream) {
        throw new UnsupportedOperationException();
    }

    @Override
    public HandOverResult handOver(ChangeStream stream, boolean reverse, ClientHold hold) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> stop(ChangeStream stream) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> stopReverse(ChangeStream stream) {
        throw new UnsupportedOperationException();
    }
}
