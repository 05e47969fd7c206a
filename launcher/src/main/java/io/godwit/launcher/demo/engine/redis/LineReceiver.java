package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.load.ExchangeFailed;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks for the next message again and again, by a command that waits for it. */
record LineReceiver(RedisLine line, Source source) implements MessageReceiver {
    @Override
    public @Nullable String receive(Duration within) throws ExchangeFailed {
        return source.next(line, within);
    }

    @Override
    public void close() {
        line.close();
    }

    /** The command. */
    interface Source {
        @Nullable
        String next(RedisLine line, Duration within) throws ExchangeFailed;
    }
}
