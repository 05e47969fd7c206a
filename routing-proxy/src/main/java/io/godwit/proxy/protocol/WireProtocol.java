package io.godwit.proxy.protocol;

import io.godwit.engines.EngineId;
import io.netty.channel.Channel;

/** One engine's wire protocol, as the proxy's listener sees it. */
public interface WireProtocol {
    EngineId engine();

    int port();

    /** Prepares a newly accepted client connection. On the channel's event loop. */
    void initialize(Channel channel);
}
