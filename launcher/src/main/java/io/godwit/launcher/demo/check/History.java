package io.godwit.launcher.demo.check;

import io.godwit.launcher.demo.load.Journal;
import io.godwit.launcher.demo.load.JournalEntry;
import io.godwit.launcher.demo.load.JournalEntry.Outcome;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.stream.Stream;

/** What one client's journal demands of the database. */
final class History {
    final BitSet mustExist = new BitSet();
    final BitSet mayExist = new BitSet();
    final Range balance = new Range();
    final Range ticks = new Range();

    static History of(Path journal) {
        History history = new History();
        Journal.read(journal, history::add);
        return history;
    }

    static History of(Stream<JournalEntry> entries) {
        History history = new History();
        entries.forEach(history::add);
        return history;
    }

    private void add(JournalEntry entry) {
        boolean acknowledged = entry.outcome() == Outcome.ACKNOWLEDGED;
        int sequence = Math.toIntExact(entry.sequence());
        switch (entry.kind()) {
            case APPEND -> (acknowledged ? mustExist : mayExist).set(sequence);
            case PURCHASE -> {
                (acknowledged ? mustExist : mayExist).set(sequence);
                balance.add(entry.amount(), acknowledged);
            }
            case TICK -> ticks.add(1, acknowledged);
            case ABANDON -> {
                // Neither acknowledged nor unknown may it exist: nobody asked for a commit.
            }
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
