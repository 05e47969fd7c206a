package io.godwit.proxy.protocol;

import io.godwit.engines.SecretSealer;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How servers are reached.
 *
 * @param trust for servers with TLS; null if no CA is configured
 * @param sealer opens the logins in routes
 * @param blockingWork runs key derivations and name look-ups
 */
public record ServerReach(
        Class<? extends Channel> channelClass,
        Duration connectTimeout,
        @Nullable SslContext trust,
        SecretSealer sealer,
        Executor blockingWork) {}
