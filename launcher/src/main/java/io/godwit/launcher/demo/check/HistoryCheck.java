package io.godwit.launcher.demo.check;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Compares journals with the database. Memory: a few bits for each write of one client at a time. */
public final class HistoryCheck {
    private static final int EXAMPLES = 10;

    private final LedgerReader reader;
    private final History.Range sold = new History.Range();
    private final List<String> examples = new ArrayList<>();
    private long lost;
    private long doubled;
    private long misordered;

    private HistoryCheck(LedgerReader reader) {
        this.reader = reader;
    }

    /** @param journals by client */
    public static Verdict run(List<Path> journals, LedgerReader reader) {
        return runHistories(journals.stream().map(History::of).toList(), reader);
    }

    static Verdict runHistories(List<History> histories, LedgerReader reader) {
        HistoryCheck check = new HistoryCheck(reader);
        for (int client = 0; client < histories.size(); client++) {
            check.client(client, histories.get(client));
        }
        check.counter("stock", check.sold, reader.sold());
        return new Verdict(check.lost, check.doubled, check.misordered, List.copyOf(check.examples));
    }

    private void client(int client, History history) {
        numbers(client, "ledger: entry", history.entries, sequences -> reader.entries(client, sequences), true);
        numbers(client, "audit log: entry", history.entries, sequences -> reader.audited(client, sequences), false);
        numbers(client, "received: message", history.messages, history::received, true);
        var holdings = reader.holdings(client);
        counter("balance of client " + client, history.balance, holdings.balance());
        counter("ticks of client " + client, history.ticks, holdings.ticks());
        sold.add(history.balance);
    }

    private void numbers(
            int client, String what, History.Numbers expected, Consumer<LongConsumer> found, boolean ordered) {
        BitSet seen = new BitSet();
        long[] last = {0};
        found.accept(sequence -> {
            int bit = Math.toIntExact(sequence);
            if (seen.get(bit)) {
                doubled++;
                example(what + " " + sequence + " of client " + client + " is there more than once");
            } else if (!expected.wereAskedFor(bit)) {
                doubled++;
                example(what + " " + sequence + " of client " + client
                        + " is there though nobody asked for it, or it was taken back");
            }
            seen.set(bit);
            if (ordered && sequence < last[0]) {
                misordered++;
                example(what + " " + sequence + " of client " + client + " stands behind " + last[0]);
            }
            last[0] = sequence;
        });
        BitSet missing = (BitSet) expected.must.clone();
        missing.andNot(seen);
        lost += missing.cardinality();
        missing.stream()
                .limit(EXAMPLES)
                .forEach(sequence ->
                        example(what + " " + sequence + " of client " + client + " was acknowledged and is not there"));
    }

    private void counter(String name, History.Range expected, long value) {
        long missing = expected.missing(value);
        long surplus = expected.surplus(value);
        lost += missing;
        doubled += surplus;
        if (missing > 0) {
            example(name + ": " + missing + " less than was acknowledged");
        }
        if (surplus > 0) {
            example(name + ": " + surplus + " more than anybody asked for");
        }
    }

    private void example(String text) {
        if (examples.size() < EXAMPLES) {
            examples.add(text);
        }
    }
}
