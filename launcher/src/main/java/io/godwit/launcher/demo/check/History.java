package io.godwit.launcher.demo.check;

import io.godwit.launcher.demo.load.Journal;
import io.godwit.launcher.demo.load.JournalEntry;
import io.godwit.launcher.demo.load.JournalEntry.Kind;
import io.godwit.launcher.demo.load.JournalEntry.Outcome;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.function.LongConsumer;

/** What one client's journal demands of the database, and which messages it says have arrived. */
final class History {
    final Numbers entries = new Numbers();
    final Numbers messages = new Numbers();
    final Range balance = new Range();
    final Range ticks = new Range();
    private final Path journal;

    private History(Path journal) {
        this.journal = journal;
    }

    static History of(Path journal) {
        History history = new History(journal);
        Journal.read(journal, history::add);
        return history;
    }

    private void add(JournalEntry entry) {
        boolean acknowledged = entry.outcome() == Outcome.ACKNOWLEDGED;
        switch (entry.kind()) {
            case APPEND -> entries.add(entry.sequence(), acknowledged);
            case PURCHASE -> {
                entries.add(entry.sequence(), acknowledged);
                balance.add(entry.amount(), acknowledged);
            }
            case TICK -> ticks.add(1, acknowledged);
            case ABANDON -> {
                // Neither acknowledged nor unknown may it exist: nobody asked for a commit.
            }
            case SENT -> messages.add(entry.sequence(), acknowledged);
            case RECEIVED -> {
                // Compared with what was sent; see received().
            }
        }
    }

    /** The messages that arrived, in the order in which they did. Reads the journal again, so that memory holds none. */
    void received(LongConsumer sequences) {
        Journal.read(journal, entry -> {
            if (entry.kind() == Kind.RECEIVED) {
                sequences.accept(entry.sequence());
            }
        });
    }

    /** Which numbers must be there, and which may, since their writes' outcome is unknown. */
    static final class Numbers {
        final BitSet must = new BitSet();
        private final BitSet may = new BitSet();

        void add(long sequence, boolean acknowledged) {
            (acknowledged ? must : may).set(Math.toIntExact(sequence));
        }

        boolean wereAskedFor(int sequence) {
            return must.get(sequence) || may.get(sequence);
        }
    }

    /** Where a counter may stand, since writes of unknown outcome may have happened or not. */
    static final class Range {
        private long least;
        private long most;

        void add(long amount, boolean acknowledged) {
            most += amount;
            if (acknowledged) {
                least += amount;
            }
        }

        void add(Range other) {
            least += other.least;
            most += other.most;
        }

        /** @return how much of what was acknowledged is missing */
        long missing(long value) {
            return Math.max(0, least - value);
        }

        /** @return how much more there is than anybody asked for */
        long surplus(long value) {
            return Math.max(0, value - most);
        }
    }
}
