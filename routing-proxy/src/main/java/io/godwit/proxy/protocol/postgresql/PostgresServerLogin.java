package io.godwit.proxy.protocol.postgresql;

import io.godwit.engines.Login;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Promise;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Logs in to a server, from the startup packet to the first ReadyForQuery. */
// Netty reports a failed write or close by closing the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class PostgresServerLogin extends PostgresFrameReceiver {
    private static final int OK = 0;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;

    private final Login login;
    private final PostgresScramKeyCache keyCache;
    private final PostgresScramClient scram;
    private final Promise<PostgresBackend> promise;
    private boolean saslBegun;
    private boolean serverVerified;

    PostgresServerLogin(
            PostgresBackend backend,
            Login login,
            PostgresScramKeyCache keyCache,
            PostgresScramClient scram,
            Promise<PostgresBackend> promise) {
        super(backend);
        this.login = login;
        this.keyCache = keyCache;
        this.scram = scram;
        this.promise = promise;
    }

    void start(Map<String, String> parameters) {
        backend().send(out -> PostgresClientMessages.startup(out, parameters));
    }

    @Override
    void onFrame(byte type, ByteBuf body) {
        switch (type) {
            case 'R' -> onAuthentication(body);
            case 'K' -> backend().setCancelKey(body.readInt(), body.readInt());
            case 'E' -> fail(PostgresError.read(body));
            case 'Z' -> promise.trySuccess(backend());
            case 'N', 'v' -> {}
            default -> throw new PostgresProtocolException("unexpected message '" + (char) type + "' during login");
        }
    }

    private void onAuthentication(ByteBuf body) {
        int request = body.readInt();
        switch (request) {
            case OK -> {
                if (saslBegun && !serverVerified) {
                    throw new PostgresProtocolException("server skipped its proof of the password");
                }
            }
            case SASL -> {
                if (!body.toString(StandardCharsets.US_ASCII).contains(PostgresScramServer.MECHANISM + "\0")) {
                    throw new PostgresProtocolException("server offers no " + PostgresScramServer.MECHANISM);
                }
                saslBegun = true;
                backend()
                        .send(out -> PostgresClientMessages.saslInitialResponse(
                                out, PostgresScramServer.MECHANISM, scram.first()));
            }
            case SASL_CONTINUE -> {
                PostgresScramClient.Challenge challenge = scram.onServerFirst(body.toString(StandardCharsets.UTF_8));
                answer(challenge);
            }
            case SASL_FINAL -> {
                serverVerified = scram.verify(body.toString(StandardCharsets.UTF_8));
                if (!serverVerified) {
                    throw new PostgresProtocolException("server does not know the password it was asked to check");
                }
            }
            // Clear text and MD5 would tell a password to whoever answers at the server's address.
            default ->
                fail(PostgresError.fatal(
                        PostgresError.CONNECTION_REJECTED,
                        "server requests authentication method " + request + "; expected "
                                + PostgresScramServer.MECHANISM));
        }
    }

    private void answer(PostgresScramClient.Challenge challenge) {
        var _ = keyCache.keys(login, challenge.salt(), challenge.iterations())
                .whenComplete((keys, failure) -> backend().channel().eventLoop().execute(() -> {
                    if (failure != null) {
                        onClosed(failure);
                        backend().channel().close();
                    } else {
                        backend().send(out -> PostgresClientMessages.saslResponse(out, scram.last(keys)));
                    }
                }));
    }

    private void fail(PostgresError error) {
        promise.tryFailure(new PostgresLoginException(error));
        backend().channel().close();
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
        promise.tryFailure(PostgresConnector.unreachable(backend().target(), cause));
    }
}
