package io.godwit.launcher.demo.load;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One client: exchange after exchange over its session, until it is told to stop. Closes session and journal at the end. */
abstract sealed class ClientLoop implements Runnable permits ShopLoop, MessageLoop {
    private final int client;
    private final ClientSession session;
    private final Journal journal;
    private final LoadMeter meter;
    private final Duration mostThought;
    private final SplittableRandom random;
    private final AtomicLong answered = new AtomicLong();
    private volatile boolean stopped;

    /** @param mostThought how long it may do nothing between two exchanges; half of it on average */
    ClientLoop(int client, ClientSession session, Journal journal, LoadMeter meter, Duration mostThought) {
        this.client = client;
        this.session = session;
        this.journal = journal;
        this.meter = meter;
        this.mostThought = mostThought;
        this.random = new SplittableRandom(client);
    }

    static ClientLoop of(int client, ClientSession session, Journal journal, LoadMeter meter, Duration mostThought) {
        return switch (session) {
            case ShopSession shop -> new ShopLoop(client, shop, journal, meter, mostThought);
            case MessageSession messages -> new MessageLoop(client, messages, journal, meter, mostThought);
        };
    }

    /** How much of this client's work is done: exchanges that have ended, or messages that have arrived. */
    final long answered() {
        return answered.get();
    }

    /** The exchange that runs now is finished first. */
    final void stop() {
        stopped = true;
    }

    final boolean isStopped() {
        return stopped;
    }

    @Override
    public final void run() {
        try (journal;
                session) {
            work();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All that the client does, until {@link #isStopped} or its session is lost. */
    abstract void work() throws InterruptedException;

    /** The client's dice. To be used by {@link #work}'s thread alone. */
    final SplittableRandom random() {
        return random;
    }

    final void think() throws InterruptedException {
        Thread.sleep(Duration.ofNanos(random.nextLong(mostThought.toNanos())));
    }

    final void countOne() {
        answered.incrementAndGet();
    }

    final void record(JournalEntry entry) {
        journal.record(entry);
    }

    final @Nullable ExchangeFailed settings() {
        return exchange("settings", () -> {
            if (!session.settingsKept()) {
                throw new ExchangeFailed("the session has lost its settings", false, null);
            }
        });
    }

    /** @return how the exchange failed, after having counted that; null if it went well */
    final @Nullable ExchangeFailed exchange(String what, Exchange exchange) {
        long start = System.nanoTime();
        try {
            exchange.run();
            meter.answered(System.nanoTime() - start);
            return null;
        } catch (ExchangeFailed e) {
            failed(what, System.nanoTime() - start, e);
            return e;
        }
    }

    final void failed(String what, long nanos, ExchangeFailed failure) {
        meter.failed(nanos, "client " + client + ", " + what + ": " + failure.getMessage());
    }

    /** @param nanos from the sending of a message to its arrival */
    final void arrived(long nanos) {
        meter.answered(nanos);
    }

    /** @return whether the session can go on after an exchange that ended like this */
    static boolean goesOn(@Nullable ExchangeFailed failure) {
        return failure == null || !failure.sessionLost();
    }

    /** Something that a client asks of the database. */
    interface Exchange {
        void run() throws ExchangeFailed;
    }
}
