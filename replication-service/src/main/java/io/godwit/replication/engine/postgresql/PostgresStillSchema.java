package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.MoveLimits;
import java.sql.SQLException;
import java.util.concurrent.Callable;

/** Does what a change of the schema would disturb: again if there was one, and with the gate closed. */
final class PostgresStillSchema {
    private static final int ATTEMPTS = 5;

    private final PostgresSessions sessions;
    private final PostgresFlush flush;
    private final MoveLimits limits;

    PostgresStillSchema(PostgresSessions sessions, PostgresFlush flush, MoveLimits limits) {
        this.sessions = sessions;
        this.flush = flush;
        this.limits = limits;
    }

    /** For what is short. When the work begins, both sides have the same schema. */
    <T> T work(ChangeStream stream, Callable<T> work) throws Exception {
        return work(stream, 1, work);
    }

    /** For what may be long: clients' changes wait only when they have been in the way before. */
    <T> T workOnceDisturbed(ChangeStream stream, Callable<T> work) throws Exception {
        return work(stream, 0, work);
    }

    private <T> T work(ChangeStream stream, int first, Callable<T> work) throws Exception {
        for (int attempt = first; ; attempt++) {
            long before = count(stream);
            try {
                return attempt == 0 ? work.call() : workBehindGate(stream, work);
            } catch (Exception e) {
                if (e instanceof InterruptedException || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                flush.requireCarried(stream);
                if (attempt == ATTEMPTS || count(stream) == before) {
                    throw e;
                }
            }
        }
    }

    private <T> T workBehindGate(ChangeStream stream, Callable<T> work) throws Exception {
        PlacedDatabase source = stream.source();
        try (PostgresDdlGate _ = PostgresDdlGate.close(sessions, source, stream.migrationId(), limits.lockTimeout())) {
            flush.awaitMarker(stream);
            flush.requireCarried(stream);
            return work.call();
        }
    }

    private long count(ChangeStream stream) throws SQLException, InterruptedException {
        return sessions.with(stream.source(), PostgresDdlNotes::count);
    }
}
