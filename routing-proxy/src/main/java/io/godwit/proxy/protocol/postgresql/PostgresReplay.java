package io.godwit.proxy.protocol.postgresql;

import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.Parsed;
import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.Prepared;
import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.PreparedStatement;
import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.Setting;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a server connection the state of the session that will use it, in one round trip. Each step has its own
 * ReadyForQuery, so that one that fails does not take the others along.
 */
final class PostgresReplay extends PostgresFrameReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresReplay.class);
    private static final byte[] OWN = PostgresClientMessages.OWN_STATEMENT;
    private static final byte[] SET_CONFIG = PostgresQuoting.ascii("SELECT pg_catalog.set_config($1, $2, false)");
    private static final byte[] DISCARD = PostgresQuoting.ascii("DISCARD ALL");
    private static final int TEXT_OID = 25;

    /** Nobody has a carried lock, but a connection of the same session may be about to let go of it. */
    private static final byte[] LOCK_LIMIT =
            PostgresQuoting.ascii("SELECT pg_catalog.set_config('statement_timeout', '0', true),"
                    + " pg_catalog.set_config('lock_timeout', '500', true)");

    /** What becomes of the session if a step fails. */
    private enum Step {
        /** Without its locks, settings, role or tables a session would read or write the wrong things. */
        ESSENTIAL,
        /** The client's next use of it fails with the server's own error, as it would have on the old server. */
        STATEMENT
    }

    private final Listener listener;
    private final Queue<Step> outstanding = new ArrayDeque<>();
    private boolean complete = true;
    private boolean discarding;
    private @Nullable PostgresError failure;

    /** Exactly one of the first three is called, once. */
    interface Listener {
        /** @param complete whether there is also all that a session can do without until it needs it */
        void onReplayed(PostgresBackend backend, boolean complete);

        /** The server is there, but the session can't have there what it had; the connection is closed. */
        void onNotReplayed(PostgresError error);

        /** The connection ended first. */
        void onConnectionLost(PostgresError error);

        /** Takes the body of each NotificationResponse that comes as soon as the session listens again. */
        void onNotification(ByteBuf body);
    }

    PostgresReplay(PostgresBackend backend, Listener listener) {
        super(backend);
        this.listener = listener;
    }

    /** To a connection that has the rest. */
    void start(PostgresMissingState missing) {
        backend().receiveWith(this);
        backend().send(out -> write(out, missing));
    }

    /** To a connection that has something else, which it loses. */
    void startAnew(PostgresCarriedState state) {
        backend().receiveWith(this);
        discarding = true;
        backend().send(out -> {
            PostgresClientMessages.query(out, DISCARD);
            outstanding.add(Step.ESSENTIAL);
            write(out, PostgresMissingState.all(state));
        });
    }

    private void write(ByteBuf out, PostgresMissingState missing) {
        writeLocks(out, missing.locks());
        writeSettings(out, missing.settings());
        if (!missing.temporaryTables().isEmpty()) {
            missing.temporaryTables().writeTo(out);
            outstanding.add(Step.ESSENTIAL);
        }
        if (!missing.ended().isEmpty()) {
            missing.ended().forEach(name -> PostgresClientMessages.close(out, name.bytes()));
            sync(out, Step.ESSENTIAL);
        }
        missing.statements().forEach(statement -> writeStatement(out, statement));
        for (PostgresText channel : missing.channels()) {
            PostgresClientMessages.run(out, PostgresQuoting.listen(channel.bytes()));
            sync(out, Step.STATEMENT);
        }
        PostgresText unnamed = missing.unnamedStatement();
        if (unnamed != null) {
            PostgresClientMessages.parse(out, unnamed.bytes());
            sync(out, Step.STATEMENT);
        }
        // Also a session without any state hears that its server is there.
        sync(out, Step.ESSENTIAL);
    }

    /** In one transaction, because of the time limits; the locks are the session's all the same. */
    private void writeLocks(ByteBuf out, List<PostgresAdvisoryLock> locks) {
        if (locks.isEmpty()) {
            return;
        }
        PostgresClientMessages.run(out, LOCK_LIMIT);
        for (PostgresAdvisoryLock lock : locks) {
            PostgresClientMessages.run(out, PostgresQuoting.ascii(lock.takeSql()));
        }
        sync(out, Step.ESSENTIAL);
    }

    private void writeSettings(ByteBuf out, List<Setting> settings) {
        if (settings.isEmpty()) {
            return;
        }
        PostgresClientMessages.parse(out, OWN, SET_CONFIG, new int[] {TEXT_OID, TEXT_OID});
        for (Setting setting : settings) {
            PostgresClientMessages.bind(
                    out, OWN, setting.name().bytes(), setting.value().bytes());
            PostgresClientMessages.execute(out);
            sync(out, Step.ESSENTIAL);
        }
        PostgresClientMessages.close(out, OWN);
        sync(out, Step.ESSENTIAL);
    }

    private void writeStatement(ByteBuf out, PreparedStatement statement) {
        switch (statement) {
            case Parsed parsed ->
                PostgresClientMessages.parse(
                        out,
                        parsed.name().bytes(),
                        parsed.sql().bytes(),
                        parsed.parameterTypes().stream()
                                .mapToInt(Integer::intValue)
                                .toArray());
            case Prepared prepared ->
                PostgresClientMessages.run(out, prepared.prepareSql().bytes());
        }
        sync(out, Step.STATEMENT);
    }

    private void sync(ByteBuf out, Step step) {
        PostgresClientMessages.sync(out);
        outstanding.add(step);
    }

    @Override
    void onFrame(byte type, ByteBuf body) {
        switch (type) {
            case 'E' -> onError(PostgresError.read(body));
            case 'A' -> {
                // What was listened to before is nothing to the session that comes.
                if (!discarding) {
                    listener.onNotification(body);
                }
            }
            case 'Z' -> onReady();
            default -> {}
        }
    }

    private void onError(PostgresError error) {
        if (outstanding.peek() == Step.ESSENTIAL || error.isFatal()) {
            failure = failure == null || error.isFatal() ? error : failure;
        } else {
            complete = false;
            LOG.atInfo()
                    .setMessage("A session's prepared statement or listen could not be carried over")
                    .addKeyValue("database", backend().target().databaseName())
                    .addKeyValue("sqlState", error.sqlState())
                    .log();
        }
    }

    private void onReady() {
        discarding = false;
        outstanding.remove();
        if (!outstanding.isEmpty()) {
            return;
        }
        if (failure == null) {
            listener.onReplayed(backend(), complete);
        } else {
            backend().terminate();
            listener.onNotReplayed(failure);
        }
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
        listener.onConnectionLost(
                failure == null
                        ? PostgresConnector.unreachable(backend().target(), cause)
                                .error()
                        : failure);
    }
}
