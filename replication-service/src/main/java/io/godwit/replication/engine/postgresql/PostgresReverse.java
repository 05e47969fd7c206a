package io.godwit.replication.engine.postgresql;

import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.UndoRecords;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.postgresql.PGConnection;

/**
 * The stream back. Everything of it is made ahead, idle; turning the flow around is then a matter of milliseconds. Forward
 * and reverse never flow at the same time: before version 16 a change would go round for ever.
 */
final class PostgresReverse {
    private final PostgresSessions sessions;
    private final PostgresSubscriber subscriber;
    private final PostgresSlotKeeper keeper;
    private final UndoRecords records;
    private final MoveLimits limits;

    PostgresReverse(
            PostgresSessions sessions,
            PostgresSubscriber subscriber,
            PostgresSlotKeeper keeper,
            UndoRecords records,
            MoveLimits limits) {
        this.sessions = sessions;
        this.subscriber = subscriber;
        this.keeper = keeper;
        this.records = records;
        this.limits = limits;
    }

    /**
     * Makes what is missing of the stream back, without letting it flow.
     *
     * @param waiting told for what, while transactions are waited for; on a thread of its own
     */
    void prepareAhead(ChangeStream stream, Consumer<String> waiting) throws SQLException, InterruptedException {
        String name = back(stream);
        if (sessions.with(stream.source(), source -> PostgresSubscriber.isEnabled(source, name))) {
            return;
        }
        if (!sessions.with(stream.target(), target -> PostgresPublisher.isComplete(target, name))) {
            publish(stream, name, waiting);
        }
        sessions.with(stream.source(), source -> {
            if (!PostgresSubscriber.isComplete(source, name)) {
                PostgresSubscriber.remove(source, name);
                subscriber.subscribe(source, stream.reversed());
            }
            return true;
        });
        keeper.keep(stream.reversed());
    }

    private void publish(ChangeStream stream, String name, Consumer<String> waiting)
            throws SQLException, InterruptedException {
        try (PostgresSession target = sessions.open(stream.target())) {
            PostgresBackends.claim(target, stream.migrationId());
            target.allowSilence(limits.startTimeout().plus(limits.stallTimeout()));
            // The slot must be younger than the publication, or it would decode changes from before there was one.
            PostgresPublisher.remove(target, name);
            PostgresPublisher.publish(target, name, PostgresCatalog.tables(target));
            int pid = target.connection().unwrap(PGConnection.class).getBackendPID();
            try (PostgresSlotWait wait = PostgresSlotWait.watch(sessions, stream.target(), pid, waiting)) {
                PostgresPublisher.createSlot(target, name, limits.startTimeout(), wait::last);
            }
        }
    }

    /** Turns the flow around at the point where the target stands now. */
    void turn(ChangeStream stream) throws SQLException, InterruptedException {
        if (flows(stream)) {
            lookAfter(stream);
            return;
        }
        approach(stream);
        stopForward(stream);
        letFlow(stream);
    }

    boolean flows(ChangeStream stream) throws SQLException, InterruptedException {
        return sessions.with(stream.source(), source -> PostgresSubscriber.isEnabled(source, back(stream)));
    }

    /** Does ahead of {@link #stopForward} whatever makes that shorter. */
    void approach(ChangeStream stream) throws SQLException, InterruptedException {
        String reverse = back(stream);
        keeper.leave(stream.migrationId(), stream.target());
        boolean prepared = sessions.with(stream.source(), source -> PostgresSubscriber.isComplete(source, reverse))
                && sessions.with(stream.target(), target -> PostgresPublisher.isComplete(target, reverse));
        if (!prepared) {
            prepareAhead(stream, _ -> {});
            keeper.leave(stream.migrationId(), stream.target());
        }
        sessions.with(stream.target(), target -> {
            PostgresPublisher.advanceSlot(target, reverse);
            return true;
        });
    }

    /** When this returns, nothing comes from the source any more and the way back begins where the target stands. */
    void stopForward(ChangeStream stream) throws SQLException, InterruptedException {
        String forward = PostgresNames.stream(stream);
        sessions.with(stream.target(), target -> {
            PostgresSubscriber.disable(target, forward);
            // All that the target has now came from the source, and need not go back.
            PostgresPublisher.advanceSlot(target, back(stream));
            return true;
        });
    }

    void letFlow(ChangeStream stream) throws SQLException, InterruptedException {
        sessions.with(stream.source(), source -> {
            PostgresSubscriber.enable(source, back(stream));
            return true;
        });
        lookAfter(stream);
    }

    /**
     * Keeps the source from holding log for the stream that was turned around. Behind the fence only the stream back
     * writes there, so nothing of a client's is skipped; whoever lowers the fence has the keeper leave the slot first.
     */
    void lookAfter(ChangeStream stream) {
        if (PostgresFence.isFenced(records, stream.migrationId(), stream.source())) {
            keeper.keep(stream);
        }
    }

    private static String back(ChangeStream stream) {
        return PostgresNames.stream(stream.reversed());
    }
}
