package io.godwit.launcher.faults;

import io.godwit.launcher.demo.load.ExchangeFailed;
import io.godwit.launcher.demo.load.Holdings;
import io.godwit.launcher.demo.load.ShopSession;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Connects anew after it has lost its session, as applications do. The exchange that was lost stays failed. */
public final class ReconnectingSession implements ShopSession {
    /** Between two vain attempts to connect. */
    private static final long PAUSE_NANOS = 100_000_000;

    private final Supplier<ShopSession> opening;
    private ShopSession session;
    private boolean lost;

    /**
     * @param first is closed with this one, or when it is lost
     * @param opening the next ones
     */
    public ReconnectingSession(ShopSession first, Supplier<ShopSession> opening) {
        this.opening = opening;
        this.session = first;
    }

    @Override
    public void append(long sequence, int amount) throws ExchangeFailed {
        run(() -> session.append(sequence, amount));
    }

    @Override
    public void purchase(long sequence, int amount) throws ExchangeFailed {
        run(() -> session.purchase(sequence, amount));
    }

    @Override
    public void abandon(long sequence, int amount) throws ExchangeFailed {
        run(() -> session.abandon(sequence, amount));
    }

    @Override
    public void tick() throws ExchangeFailed {
        run(() -> session.tick());
    }

    @Override
    public Holdings holdings() throws ExchangeFailed {
        Holdings[] holdings = new Holdings[1];
        run(() -> holdings[0] = session.holdings());
        return holdings[0];
    }

    @Override
    public void browse() throws ExchangeFailed {
        run(() -> session.browse());
    }

    @Override
    public boolean settingsKept() throws ExchangeFailed {
        boolean[] kept = new boolean[1];
        run(() -> kept[0] = session.settingsKept());
        return kept[0];
    }

    @Override
    public void close() {
        session.close();
    }

    private void run(Exchange exchange) throws ExchangeFailed {
        if (lost) {
            reopen();
        }
        try {
            exchange.run();
        } catch (ExchangeFailed e) {
            if (!e.sessionLost()) {
                throw e;
            }
            lost = true;
            session.close();
            throw new ExchangeFailed(String.valueOf(e.getMessage()), false, e);
        }
    }

    private void reopen() throws ExchangeFailed {
        try {
            session = opening.get();
            lost = false;
        } catch (RuntimeException e) {
            pause();
            throw new ExchangeFailed("not connected: " + e.getMessage(), false, e);
        }
    }

    /** A virtual thread that has slept before is let go at once from its first wait. */
    private static void pause() {
        long end = System.nanoTime() + PAUSE_NANOS;
        long left = PAUSE_NANOS;
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(left);
            left = end - System.nanoTime();
        }
    }

    /** What is asked of the session. */
    private interface Exchange {
        void run() throws ExchangeFailed;
    }
}
