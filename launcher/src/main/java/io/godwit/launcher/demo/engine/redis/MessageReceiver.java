package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.load.ExchangeFailed;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The end at which messages arrive. */
interface MessageReceiver extends AutoCloseable {
    /** @return the next message; null if none came in time */
    @Nullable
    String receive(Duration within) throws ExchangeFailed;

    @Override
    void close();
}
