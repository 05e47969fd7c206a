package io.godwit.proxy.protocol.postgresql;

import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.Parsed;
import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.Prepared;
import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.Setting;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a new server connection the state of the session that will use it, in one round trip. Each step has its own
 * ReadyForQuery, so that one that fails does not take the others along.
 */
final class PostgresReplay extends PostgresFrameReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresReplay.class);
    private static final byte[] UNNAMED = {};
    private static final byte[] SET_CONFIG =
            "SELECT pg_catalog.set_config($1, $2, false)".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DISCARD = "DISCARD ALL".getBytes(StandardCharsets.US_ASCII);
    private static final int TEXT_OID = 25;
    private static final byte[] CLOSE_UNNAMED_STATEMENT = {'C', 0, 0, 0, 6, 'S', 0};

    /** What becomes of the session if a step fails. */
    private enum Step {
        /** Without its settings and its role a session would read or write the wrong things. */
        SETTING,
        /** The client's next use of it fails with the server's own error, as it would have on the old server. */
        STATEMENT
    }

    private final Consumer<PostgresBackend> done;
    private final Consumer<PostgresLoginException> failed;
    private final Consumer<ByteBuf> notified;
    private final Queue<Step> outstanding = new ArrayDeque<>();
    private @Nullable PostgresError failure;

    /**
     * Exactly one of {@code done} and {@code failed} is called, once.
     *
     * @param notified takes the body of each NotificationResponse that comes as soon as the session listens again
     */
    PostgresReplay(
            PostgresBackend backend,
            Consumer<PostgresBackend> done,
            Consumer<PostgresLoginException> failed,
            Consumer<ByteBuf> notified) {
        super(backend);
        this.done = done;
        this.failed = failed;
        this.notified = notified;
    }

    /** To a connection that has nothing of what the state has. */
    void start(PostgresCarriedState state) {
        backend().receiveWith(this);
        backend().send(out -> write(out, state));
    }

    /** To a connection that has something else, which it loses. */
    void startAnew(PostgresCarriedState state) {
        backend().receiveWith(this);
        backend().send(out -> {
            PostgresClientMessages.query(out, DISCARD);
            outstanding.add(Step.SETTING);
            write(out, state);
        });
    }

    private void write(ByteBuf out, PostgresCarriedState state) {
        if (!state.settings().isEmpty()) {
            PostgresClientMessages.parse(out, UNNAMED, SET_CONFIG, new int[] {TEXT_OID, TEXT_OID});
            for (Setting setting : state.settings()) {
                PostgresClientMessages.bind(
                        out, setting.name().bytes(), setting.value().bytes());
                PostgresClientMessages.execute(out);
                sync(out, Step.SETTING);
            }
        }
        for (PostgresCarriedState.PreparedStatement statement : state.statements()) {
            switch (statement) {
                case Parsed parsed -> {
                    PostgresClientMessages.parse(
                            out,
                            parsed.name().bytes(),
                            parsed.sql().bytes(),
                            parsed.parameterTypes().stream()
                                    .mapToInt(Integer::intValue)
                                    .toArray());
                    sync(out, Step.STATEMENT);
                }
                case Prepared prepared -> query(out, prepared.prepareSql().bytes());
            }
        }
        for (PostgresText channel : state.channels()) {
            query(out, PostgresQuoting.listen(channel.bytes()));
        }
        // The client must not find the statement that set its settings.
        out.writeBytes(CLOSE_UNNAMED_STATEMENT);
        sync(out, Step.SETTING);
    }

    private void sync(ByteBuf out, Step step) {
        PostgresClientMessages.sync(out);
        outstanding.add(step);
    }

    private void query(ByteBuf out, byte[] sql) {
        PostgresClientMessages.query(out, sql);
        outstanding.add(Step.STATEMENT);
    }

    @Override
    void onFrame(byte type, ByteBuf body) {
        switch (type) {
            case 'E' -> onError(PostgresError.read(body));
            case 'A' -> notified.accept(body);
            case 'Z' -> onReady();
            default -> {}
        }
    }

    private void onError(PostgresError error) {
        if (outstanding.peek() == Step.SETTING || error.isFatal()) {
            failure = error;
        } else {
            LOG.atWarn()
                    .setMessage("A session's prepared statement or listen could not be carried over")
                    .addKeyValue("database", backend().target().databaseName())
                    .addKeyValue("sqlState", error.sqlState())
                    .log();
        }
    }

    private void onReady() {
        outstanding.remove();
        if (!outstanding.isEmpty()) {
            return;
        }
        if (failure == null) {
            done.accept(backend());
        } else {
            backend().terminate();
            failed.accept(new PostgresLoginException(PostgresError.fatal(
                    failure.sqlState(), "session could not be carried over: " + failure.message())));
        }
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
        failed.accept(
                failure == null
                        ? PostgresConnector.unreachable(backend().target(), cause)
                        : new PostgresLoginException(failure));
    }
}
