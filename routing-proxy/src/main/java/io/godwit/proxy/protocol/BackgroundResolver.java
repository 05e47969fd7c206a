package io.godwit.proxy.protocol;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Executor;

/** Looks host names up with the JDK's blocking resolver, away from the event loops; addresses need no look. */
public final class BackgroundResolver extends AddressResolverGroup<InetSocketAddress> {
    private final Executor blockingWork;

    public BackgroundResolver(Executor blockingWork) {
        this.blockingWork = blockingWork;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new Lookup(executor).asAddressResolver();
    }

    private final class Lookup extends InetNameResolver {
        Lookup(EventExecutor executor) {
            super(executor);
        }

        @Override
        protected void doResolve(String host, Promise<InetAddress> promise) {
            InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
            if (address != null) {
                promise.setSuccess(address);
                return;
            }
            blockingWork.execute(() -> {
                try {
                    promise.trySuccess(InetAddress.getByName(host));
                } catch (UnknownHostException e) {
                    promise.tryFailure(e);
                }
            });
        }

        @Override
        protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
            blockingWork.execute(() -> {
                try {
                    promise.trySuccess(List.of(InetAddress.getAllByName(host)));
                } catch (UnknownHostException e) {
                    promise.tryFailure(e);
                }
            });
        }
    }
}
