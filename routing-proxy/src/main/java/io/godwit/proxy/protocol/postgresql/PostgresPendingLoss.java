package io.godwit.proxy.protocol.postgresql;

import org.jspecify.annotations.Nullable;

/** That a server ended the idle session, until the next one has told whether that was a move. */
final class PostgresPendingLoss {
    private @Nullable PostgresServerLoss loss;

    void keep(PostgresServerLoss lost) {
        loss = lost;
    }

    /** @return what the client is to hear; null if nothing was lost but in a move */
    @Nullable
    PostgresServerLoss settle(PostgresAttachment again) {
        PostgresServerLoss lost = loss;
        if (lost != null && lost.concernsClient(again)) {
            loss = null;
            return lost;
        }
        forget();
        return null;
    }

    void forget() {
        if (loss != null) {
            loss.release();
            loss = null;
        }
    }
}
