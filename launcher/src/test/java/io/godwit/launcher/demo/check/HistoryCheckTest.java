package io.godwit.launcher.demo.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.launcher.demo.load.Holdings;
import io.godwit.launcher.demo.load.Journal;
import io.godwit.launcher.demo.load.JournalEntry;
import io.godwit.launcher.demo.load.JournalEntry.Kind;
import io.godwit.launcher.demo.load.JournalEntry.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One client did: append 1, purchase 2 (of 5), abandon 3, tick 4, tick 5, append 6; the database did the same. */
class HistoryCheckTest {
    @TempDir
    private Path folder;

    private final List<JournalEntry> journal = new ArrayList<>();
    private final RecordedLedger ledger = new RecordedLedger();

    @BeforeEach
    void agree() {
        journal.add(new JournalEntry(Kind.APPEND, Outcome.ACKNOWLEDGED, 1, 3));
        journal.add(new JournalEntry(Kind.PURCHASE, Outcome.ACKNOWLEDGED, 2, 5));
        journal.add(new JournalEntry(Kind.ABANDON, Outcome.ACKNOWLEDGED, 3, 7));
        journal.add(new JournalEntry(Kind.TICK, Outcome.ACKNOWLEDGED, 4, 1));
        journal.add(new JournalEntry(Kind.TICK, Outcome.ACKNOWLEDGED, 5, 1));
        journal.add(new JournalEntry(Kind.APPEND, Outcome.ACKNOWLEDGED, 6, 2));
    }

    @Test
    void whatAgreesIsClean() {
        Verdict verdict = check();

        assertThat(verdict).isEqualTo(new Verdict(0, 0, 0, List.of()));
        assertThat(verdict.clean()).isTrue();
    }

    @Test
    void anAcknowledgedEntryThatIsMissingIsLost() {
        ledger.entries = new long[] {1, 2};

        assertThat(check().lost()).isEqualTo(1);
        assertThat(check().examples()).singleElement().asString().contains("ledger", "entry 6", "client 0");
    }

    @Test
    void anEntryThatOnlyTheTriggersLogLacksIsLost() {
        ledger.audited = new long[] {1, 6};

        assertThat(check().lost()).isEqualTo(1);
    }

    @Test
    void anEntryThatIsThereTwiceIsDoubled() {
        ledger.audited = new long[] {1, 2, 2, 6};

        assertThat(check().doubled()).isEqualTo(1);
    }

    @Test
    void anEntryThatWasTakenBackCountsAsDoubled() {
        ledger.entries = new long[] {1, 2, 3, 6};

        assertThat(check().doubled()).isEqualTo(1);
    }

    @Test
    void anEntryThatStandsBehindALaterOneIsMisordered() {
        ledger.entries = new long[] {2, 1, 6};

        assertThat(check().misordered()).isEqualTo(1);
        assertThat(check().lost()).isZero();
        assertThat(check().clean()).isFalse();
    }

    @Test
    void theTriggersLogHasNoOrder() {
        ledger.audited = new long[] {6, 1, 2};

        assertThat(check().clean()).isTrue();
    }

    @Test
    void aCounterBehindItsAcknowledgementsHasLostTheDifference() {
        ledger.ticks = 0;

        assertThat(check().lost()).isEqualTo(2);
    }

    @Test
    void aCounterAheadOfItsAcknowledgementsWasMovedTwice() {
        ledger.balance = 10;
        ledger.sold = 10;

        assertThat(check().doubled()).isEqualTo(10);
    }

    @Test
    void aPurchaseThatMovedOnlyTheClientsSideIsFoundInTheStock() {
        ledger.sold = 0;

        assertThat(check().lost()).isEqualTo(5);
    }

    @Test
    void aWriteOfUnknownOutcomeMayBeThereOrNot() {
        journal.add(new JournalEntry(Kind.PURCHASE, Outcome.UNKNOWN, 7, 4));
        journal.add(new JournalEntry(Kind.TICK, Outcome.UNKNOWN, 8, 1));
        assertThat(check().clean()).isTrue();

        ledger.entries = new long[] {1, 2, 6, 7};
        ledger.audited = new long[] {1, 2, 6, 7};
        ledger.balance = 9;
        ledger.sold = 9;
        ledger.ticks = 3;
        assertThat(check().clean()).isTrue();

        ledger.ticks = 4;
        assertThat(check().doubled()).isEqualTo(1);
    }

    @Test
    void aTakenBackWriteOfUnknownOutcomeMustNotBeThereEither() {
        journal.add(new JournalEntry(Kind.ABANDON, Outcome.UNKNOWN, 7, 4));
        ledger.entries = new long[] {1, 2, 6, 7};

        assertThat(check().doubled()).isEqualTo(1);
    }

    @Test
    void messagesThatAllCameOnceAndInOrderAreClean() {
        send(1, 2, 3);
        receive(1, 2, 3);

        assertThat(check().clean()).isTrue();
    }

    @Test
    void anAcknowledgedMessageThatDidNotComeIsLost() {
        send(1, 2, 3);
        receive(1, 3);

        assertThat(check()).isEqualTo(new Verdict(1, 0, 0, check().examples()));
        assertThat(check().examples()).singleElement().asString().contains("received", "message 2", "client 0");
    }

    @Test
    void aMessageThatCameTwiceIsDoubledAndSoIsOneThatNobodySent() {
        send(1, 2);
        receive(1, 2, 2, 9);

        assertThat(check().doubled()).isEqualTo(2);
        assertThat(check().lost()).isZero();
    }

    @Test
    void aMessageThatCameBehindALaterOneIsMisordered() {
        send(1, 2, 3);
        receive(1, 3, 2);

        assertThat(check()).isEqualTo(new Verdict(0, 0, 1, check().examples()));
    }

    @Test
    void aMessageOfUnknownOutcomeMayComeOrNot() {
        send(1, 2);
        journal.add(new JournalEntry(Kind.SENT, Outcome.UNKNOWN, 3, JournalEntry.NO_AMOUNT));
        receive(1, 2);
        assertThat(check().clean()).isTrue();

        receive(3);
        assertThat(check().clean()).isTrue();
    }

    @Test
    void oneClientsEntriesDoNotMakeUpForAnothers() {
        Path empty = folder.resolve("empty.journal");
        new Journal(empty).close();

        Verdict verdict = HistoryCheck.run(List.of(empty, write()), ledger);

        assertThat(verdict.doubled()).isPositive();
        assertThat(verdict.lost()).isPositive();
    }

    private void send(long... messages) {
        Arrays.stream(messages)
                .forEach(message -> journal.add(
                        new JournalEntry(Kind.SENT, Outcome.ACKNOWLEDGED, message, JournalEntry.NO_AMOUNT)));
    }

    private void receive(long... messages) {
        Arrays.stream(messages)
                .forEach(message -> journal.add(
                        new JournalEntry(Kind.RECEIVED, Outcome.ACKNOWLEDGED, message, JournalEntry.NO_AMOUNT)));
    }

    private Verdict check() {
        return HistoryCheck.run(List.of(write()), ledger);
    }

    private Path write() {
        Path file = folder.resolve("client.journal");
        try (Journal written = new Journal(file)) {
            journal.forEach(written::record);
        }
        return file;
    }

    /** A database that holds what the test says; only client 0 has anything. */
    private static final class RecordedLedger implements LedgerReader {
        private long[] entries = {1, 2, 6};
        private long[] audited = {1, 2, 6};
        private long balance = 5;
        private long ticks = 2;
        private long sold = 5;

        @Override
        public void entries(int client, LongConsumer sequences) {
            if (client == 0) {
                Arrays.stream(entries).forEach(sequences);
            }
        }

        @Override
        public void audited(int client, LongConsumer sequences) {
            if (client == 0) {
                Arrays.stream(audited).forEach(sequences);
            }
        }

        @Override
        public Holdings holdings(int client) {
            return client == 0 ? new Holdings(balance, ticks) : new Holdings(0, 0);
        }

        @Override
        public long sold() {
            return sold;
        }

        @Override
        public void close() {}
    }
}
