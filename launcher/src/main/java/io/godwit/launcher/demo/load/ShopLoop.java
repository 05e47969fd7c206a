package io.godwit.launcher.demo.load;

import io.godwit.launcher.demo.load.JournalEntry.Kind;
import io.godwit.launcher.demo.load.JournalEntry.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A random mixture of exchanges, one after the other. What is read back is compared with what was acknowledged. */
final class ShopLoop extends ClientLoop {
    private static final int MOST_AMOUNT = 9;
    private static final int DICE = 100;

    private final ShopSession session;

    private long sequence;
    private long balance;
    private long ticks;
    private boolean outcomeUnknown;

    ShopLoop(int client, ShopSession session, Journal journal, LoadMeter meter, Duration mostThought) {
        super(client, session, journal, meter, mostThought);
        this.session = session;
    }

    @Override
    void work() throws InterruptedException {
        boolean alive = count(settings());
        while (alive && !isStopped()) {
            alive = next(random().nextInt(DICE));
            think();
        }
        if (alive && count(settings())) {
            holdings();
        }
    }

    private boolean next(int dice) {
        int amount = 1 + random().nextInt(MOST_AMOUNT);
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
        return count(dice < 95 ? exchange("browse", session::browse) : settings());
    }

    private boolean write(Kind kind, int amount, Exchange exchange) {
        sequence++;
        ExchangeFailed failure = exchange(kind.name(), exchange);
        Outcome outcome = failure == null ? Outcome.ACKNOWLEDGED : Outcome.UNKNOWN;
        record(new JournalEntry(kind, outcome, sequence, amount));
        if (failure != null) {
            outcomeUnknown = true;
        } else if (kind == Kind.PURCHASE) {
            balance += amount;
        } else if (kind == Kind.TICK) {
            ticks++;
        }
        return count(failure);
    }

    private boolean holdings() {
        return count(exchange("holdings", () -> {
            Holdings seen = session.holdings();
            Holdings expected = new Holdings(balance, ticks);
            if (!outcomeUnknown && !seen.equals(expected)) {
                throw new ExchangeFailed("read " + seen + "; acknowledged was " + expected, false, null);
            }
        }));
    }

    /** @return whether the session can go on */
    private boolean count(@Nullable ExchangeFailed failure) {
        countOne();
        return goesOn(failure);
    }
}
