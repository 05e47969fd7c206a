package io.godwit.launcher.demo.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.launcher.demo.load.JournalEntry.Kind;
import io.godwit.launcher.demo.load.JournalEntry.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessageLoadTest {
    private static final int ENOUGH = 50;

    @TempDir
    private Path folder;

    private final MemoryQueue queue = new MemoryQueue();

    @Test
    void theJournalHoldsEachMessageThatWasSentAndEachThatCame() throws InterruptedException {
        Load load = run();

        List<Long> sent = numbers(load, Kind.SENT);
        assertThat(sent)
                .hasSizeGreaterThanOrEqualTo(ENOUGH)
                .isEqualTo(LongStream.rangeClosed(1, sent.size()).boxed().toList());
        assertThat(numbers(load, Kind.RECEIVED)).isEqualTo(sent);
        assertThat(load.meter().failed()).isZero();
        assertThat(queue.closed).isTrue();
    }

    @Test
    void aMessageThatComesTwiceIsWrittenDownTwice() throws InterruptedException {
        queue.doubled = 7;

        assertThat(numbers(run(), Kind.RECEIVED))
                .filteredOn(number -> number == 7)
                .hasSize(2);
    }

    @Test
    void anErrorIsAFailureAndTheMessageMayComeOrNot() throws InterruptedException {
        queue.refused = 5;

        Load load = run();

        assertThat(load.meter().errors()).singleElement().asString().contains("client 0", "SENT", "not this one");
        assertThat(read(load))
                .filteredOn(entry -> entry.outcome() == Outcome.UNKNOWN)
                .extracting(JournalEntry::sequence)
                .containsExactly(5L);
    }

    @Test
    void aClientWhoseReceiverIsGoneSendsNoMore() throws InterruptedException {
        queue.lastReceived = 3;

        Load load = run();

        assertThat(numbers(load, Kind.RECEIVED)).containsExactly(1L, 2L, 3L);
        assertThat(load.meter().failed()).isEqualTo(1);
        assertThat(load.meter().errors()).singleElement().asString().contains("RECEIVED", "cut off");
    }

    private Load run() throws InterruptedException {
        Load load = new Load(List.of(queue), folder);
        try (load) {
            load.awaitEach(ENOUGH);
        }
        return load;
    }

    private static List<Long> numbers(Load load, Kind kind) {
        return read(load).stream()
                .filter(entry -> entry.kind() == kind)
                .map(JournalEntry::sequence)
                .toList();
    }

    private static List<JournalEntry> read(Load load) {
        List<JournalEntry> entries = new ArrayList<>();
        Journal.read(load.journals().getFirst(), entries::add);
        return entries;
    }

    /** A queue in memory. */
    private static final class MemoryQueue implements MessageSession {
        private static final long NONE = -1;

        private final BlockingQueue<Long> messages = new LinkedBlockingQueue<>();
        private long doubled = NONE;
        private long refused = NONE;
        private long lastReceived = Long.MAX_VALUE;
        private boolean closed;

        @Override
        public void send(long sequence) throws ExchangeFailed {
            if (sequence == refused) {
                throw new ExchangeFailed("not this one", false, null);
            }
            messages.add(sequence);
            if (sequence == doubled) {
                messages.add(sequence);
            }
        }

        @Override
        public OptionalLong receive() throws ExchangeFailed {
            try {
                Long message = messages.poll(20, TimeUnit.MILLISECONDS);
                if (message == null) {
                    return OptionalLong.empty();
                }
                if (message > lastReceived) {
                    throw new ExchangeFailed("cut off", true, null);
                }
                return OptionalLong.of(message);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ExchangeFailed("interrupted", true, e);
            }
        }

        @Override
        public boolean settingsKept() {
            return true;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
