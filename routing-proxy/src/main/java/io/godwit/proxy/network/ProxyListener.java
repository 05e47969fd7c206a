package io.godwit.proxy.network;

import io.godwit.engines.EngineId;
import io.godwit.proxy.protocol.ReadBuffers;
import io.godwit.proxy.protocol.WireProtocol;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for clients of every protocol. Safe for use by several threads. */
public final class ProxyListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyListener.class);
    private static final int BACKLOG = 1024;

    private final EventLoops loops;
    private final String bindAddress;
    private final List<WireProtocol> protocols;
    private final Map<EngineId, Channel> listening = new EnumMap<>(EngineId.class);
    private boolean closed;

    public ProxyListener(EventLoops loops, String bindAddress, List<? extends WireProtocol> protocols) {
        this.loops = loops;
        this.bindAddress = bindAddress;
        this.protocols = List.copyOf(protocols);
    }

    /** Begins to listen, if it has not; blocks for the moment that takes. */
    public synchronized void open() {
        if (closed || !listening.isEmpty()) {
            return;
        }
        for (WireProtocol protocol : protocols) {
            Channel channel = bind(protocol).channel();
            listening.put(protocol.engine(), channel);
            LOG.atInfo()
                    .setMessage("Listening for clients")
                    .addKeyValue("engine", protocol.engine().id())
                    .addKeyValue("address", channel.localAddress())
                    .log();
        }
    }

    private ChannelFuture bind(WireProtocol protocol) {
        return new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannel())
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.config().setRecvByteBufAllocator(new ReadBuffers());
                        protocol.initialize(channel);
                    }
                })
                .bind(bindAddress, protocol.port())
                .syncUninterruptibly();
    }

    public synchronized boolean isOpen() {
        return !listening.isEmpty();
    }

    /** The port on which that engine's clients are served, for callers that asked for port 0. */
    public synchronized int port(EngineId engine) {
        Channel channel = listening.get(engine);
        if (channel == null) {
            throw new IllegalStateException("clients of " + engine.id() + " are not served");
        }
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** Takes no new clients; those that are there stay. */
    @Override
    public synchronized void close() {
        closed = true;
        listening.values().forEach(channel -> channel.close().syncUninterruptibly());
        listening.clear();
    }
}
