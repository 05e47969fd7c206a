package io.godwit.launcher.demo.load;

import io.godwit.launcher.demo.load.JournalEntry.Kind;
import io.godwit.launcher.demo.load.JournalEntry.Outcome;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One client: a random mixture of exchanges over one session, one after the other, until it is told to stop. What it reads
 * back it compares with what was acknowledged to it.
 */
final class ClientLoop implements Runnable {
    private static final int MOST_AMOUNT = 9;
    private static final int THINK_MILLIS = 10;
    private static final int DICE = 100;

    private final int client;
    private final ClientSession session;
    private final Journal journal;
    private final LoadMeter meter;
    private final SplittableRandom random;
    private final AtomicLong answered = new AtomicLong();
    private volatile boolean stopped;

    private long sequence;
    private long balance;
    private long ticks;
    private long failures;
    private boolean outcomeUnknown;

    ClientLoop(int client, ClientSession session, Journal journal, LoadMeter meter) {
        this.client = client;
        this.session = session;
        this.journal = journal;
        this.meter = meter;
        this.random = new SplittableRandom(client);
    }

    /** How many exchanges of this client have ended. */
    long answered() {
        return answered.get();
    }

    /** The exchange that runs now is finished first. */
    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        try (journal;
                session) {
            boolean alive = settings();
            while (alive && !stopped) {
                alive = next(random.nextInt(DICE));
                Thread.sleep(Duration.ofMillis(random.nextInt(THINK_MILLIS)));
            }
            if (alive && settings()) {
                holdings();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean next(int dice) {
        int amount = 1 + random.nextInt(MOST_AMOUNT);
        if (dice < 25) {
            return write(Kind.APPEND, amount, () -> session.append(sequence, amount));
        }
        if (dice < 45) {
            return write(Kind.PURCHASE, amount, () -> session.purchase(sequence, amount));
        }
        if (dice < 50) {
            return write(Kind.ABANDON, amount, () -> session.abandon(sequence, amount));
        }
        if (dice < 65) {
            return write(Kind.TICK, 1, session::tick);
        }
        if (dice < 80) {
            return holdings();
        }
        return dice < 95 ? exchange("browse", session::browse) : settings();
    }

    private boolean write(Kind kind, int amount, Exchange exchange) {
        sequence++;
        long failedBefore = failures;
        boolean alive = exchange(kind.name(), exchange);
        boolean known = failures == failedBefore;
        journal.record(new JournalEntry(kind, known ? Outcome.ACKNOWLEDGED : Outcome.UNKNOWN, sequence, amount));
        if (!known) {
            outcomeUnknown = true;
        } else if (kind == Kind.PURCHASE) {
            balance += amount;
        } else if (kind == Kind.TICK) {
            ticks++;
        }
        return alive;
    }

    private boolean holdings() {
        return exchange("holdings", () -> {
            Holdings seen = session.holdings();
            Holdings expected = new Holdings(balance, ticks);
            if (!outcomeUnknown && !seen.equals(expected)) {
                throw new ExchangeFailed("read " + seen + "; acknowledged was " + expected, false, null);
            }
        });
    }

    private boolean settings() {
        return exchange("settings", () -> {
            if (!session.settingsKept()) {
                throw new ExchangeFailed("the session has lost its settings", false, null);
            }
        });
    }

    /** @return whether the session can go on */
    private boolean exchange(String what, Exchange exchange) {
        long start = System.nanoTime();
        try {
            exchange.run();
            meter.answered(System.nanoTime() - start);
            return true;
        } catch (ExchangeFailed e) {
            failures++;
            meter.failed(System.nanoTime() - start, "client " + client + ", " + what + ": " + e.getMessage());
            return !e.sessionLost();
        } finally {
            answered.incrementAndGet();
        }
    }

    /** Something that a client asks of the database. */
    private interface Exchange {
        void run() throws ExchangeFailed;
    }
}
