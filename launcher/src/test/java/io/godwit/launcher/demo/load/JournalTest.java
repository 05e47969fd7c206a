package io.godwit.launcher.demo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.launcher.demo.load.JournalEntry.Kind;
import io.godwit.launcher.demo.load.JournalEntry.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("client.journal");
    }

    @Test
    void entriesComeBackInTheirOrder() {
        List<JournalEntry> entries = List.of(
                new JournalEntry(Kind.APPEND, Outcome.ACKNOWLEDGED, 1, 3),
                new JournalEntry(Kind.PURCHASE, Outcome.UNKNOWN, 5_000_000_000L, 9),
                new JournalEntry(Kind.ABANDON, Outcome.ACKNOWLEDGED, 2, 1),
                new JournalEntry(Kind.TICK, Outcome.ACKNOWLEDGED, 3, 1),
                new JournalEntry(Kind.SENT, Outcome.UNKNOWN, 4, JournalEntry.NO_AMOUNT),
                new JournalEntry(Kind.RECEIVED, Outcome.ACKNOWLEDGED, 4, JournalEntry.NO_AMOUNT));
        try (Journal journal = new Journal(file)) {
            entries.forEach(journal::record);
        }

        List<JournalEntry> read = new ArrayList<>();
        Journal.read(file, read::add);

        assertThat(read).isEqualTo(entries);
    }

    @Test
    void aTornJournalIsNotTakenForAWholeOne() throws IOException {
        try (Journal journal = new Journal(file)) {
            journal.record(new JournalEntry(Kind.APPEND, Outcome.ACKNOWLEDGED, 1, 3));
        }
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));

        assertThatThrownBy(() -> Journal.read(file, entry -> {})).hasMessageContaining("client.journal");
    }
}
