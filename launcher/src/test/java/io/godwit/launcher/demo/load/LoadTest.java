package io.godwit.launcher.demo.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.launcher.demo.load.JournalEntry.Kind;
import io.godwit.launcher.demo.load.JournalEntry.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadTest {
    private static final int ENOUGH = 100;

    @TempDir
    private Path folder;

    @Test
    void theJournalHoldsWhatTheDatabaseAcknowledged() throws InterruptedException {
        MemorySession session = new MemorySession();

        Load load = run(session);

        List<JournalEntry> journal = read(load);
        assertThat(journal)
                .filteredOn(entry -> entry.kind() == Kind.APPEND || entry.kind() == Kind.PURCHASE)
                .extracting(JournalEntry::sequence)
                .isEqualTo(session.entries);
        assertThat(journal.stream().filter(entry -> entry.kind() == Kind.TICK)).hasSize((int) session.ticks);
        assertThat(load.meter().failed()).isZero();
        assertThat(load.meter().exchanges()).isEqualTo(session.exchanges.get());
        assertThat(session.closed).isTrue();
    }

    @Test
    void anErrorIsAFailureAndTheWritesOutcomeUnknown() throws InterruptedException {
        MemorySession session = new MemorySession();
        session.failAppends = true;

        Load load = run(session);

        assertThat(load.meter().failed()).isPositive();
        assertThat(load.meter().errors()).first().asString().contains("client 0", "APPEND", "no more appends");
        assertThat(read(load))
                .filteredOn(entry -> entry.kind() == Kind.APPEND)
                .isNotEmpty()
                .allMatch(entry -> entry.outcome() == Outcome.UNKNOWN);
    }

    @Test
    void aWrongReadIsAFailure() throws InterruptedException {
        MemorySession session = new MemorySession();
        session.forgetTicks = true;

        assertThat(run(session).meter().errors()).anyMatch(error -> error.contains("acknowledged was"));
    }

    @Test
    void lostSettingsAreAFailure() throws InterruptedException {
        MemorySession session = new MemorySession();
        session.settingsKept = false;

        assertThat(run(session).meter().errors()).anyMatch(error -> error.contains("settings"));
    }

    @Test
    void aClientThatLostItsSessionDoesNotComeBack() throws InterruptedException {
        MemorySession session = new MemorySession();
        session.failAppends = true;
        session.failuresEndSession = true;

        Load load = run(session);

        assertThat(load.meter().failed()).isEqualTo(1);
        assertThat(session.exchangesAfterEnd).isZero();
    }

    private Load run(MemorySession session) throws InterruptedException {
        Load load = new Load(List.of(session), folder);
        try (load) {
            load.awaitEach(ENOUGH);
        }
        return load;
    }

    private static List<JournalEntry> read(Load load) {
        List<JournalEntry> entries = new ArrayList<>();
        Journal.read(load.journals().getFirst(), entries::add);
        return entries;
    }

    /** A session with a database of one client in memory. */
    private static final class MemorySession implements ShopSession {
        private final List<Long> entries = new ArrayList<>();
        private final AtomicLong exchanges = new AtomicLong();
        private boolean failAppends;
        private boolean failuresEndSession;
        private boolean forgetTicks;
        private boolean settingsKept = true;
        private boolean ended;
        private boolean closed;
        private long exchangesAfterEnd;
        private long balance;
        private long ticks;

        @Override
        public void append(long sequence, int amount) throws ExchangeFailed {
            exchange();
            if (failAppends) {
                ended = failuresEndSession;
                throw new ExchangeFailed("no more appends", failuresEndSession, null);
            }
            entries.add(sequence);
        }

        @Override
        public void purchase(long sequence, int amount) {
            exchange();
            entries.add(sequence);
            balance += amount;
        }

        @Override
        public void abandon(long sequence, int amount) {
            exchange();
        }

        @Override
        public void tick() {
            exchange();
            if (!forgetTicks) {
                ticks++;
            }
        }

        @Override
        public Holdings holdings() {
            exchange();
            return new Holdings(balance, ticks);
        }

        @Override
        public void browse() {
            exchange();
        }

        @Override
        public boolean settingsKept() {
            exchange();
            return settingsKept;
        }

        private void exchange() {
            exchanges.incrementAndGet();
            if (ended) {
                exchangesAfterEnd++;
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
