package io.godwit.replication.engine.postgresql;

import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.HandOverResult;
import io.godwit.replication.engine.Lag;
import io.godwit.replication.engine.LagListener;
import io.godwit.replication.engine.ReplicationEngine;
import io.godwit.replication.engine.Verification;
import java.util.List;

/** What is done in another way for a database than for a whole server; the methods are {@link ReplicationEngine}'s. */
interface PostgresWay {
    Lag awaitConvergence(ChangeStream stream, ConvergenceGoal goal, LagListener listener) throws Exception;

    Verification verify(ChangeStream stream) throws Exception;

    String fence(String migrationId, PlacedDatabase database, ClientHold hold) throws Exception;

    void unfence(String migrationId, PlacedDatabase database) throws Exception;

    Login openPassage(String migrationId, PlacedDatabase database) throws Exception;

    int flush(ChangeStream stream, String position) throws Exception;

    void reverse(ChangeStream stream) throws Exception;

    HandOverResult handOver(ChangeStream stream, boolean back, ClientHold hold) throws Exception;

    void lookAfter(ChangeStream stream);

    List<String> stop(ChangeStream stream) throws Exception;

    List<String> stopReverse(ChangeStream stream) throws Exception;
}
