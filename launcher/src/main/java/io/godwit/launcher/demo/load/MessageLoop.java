package io.godwit.launcher.demo.load;

import io.godwit.launcher.demo.load.JournalEntry.Kind;
import io.godwit.launcher.demo.load.JournalEntry.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sends messages in one thread and takes them in another. Both write down what they did; whether it agrees is for the check
 * to say. At the end it waits for what is still on its way.
 */
final class MessageLoop extends ClientLoop {
    private static final int DICE = 100;
    private static final int SENDS = 95;
    /** More than any pause, and more than a receiver waits for one message. */
    private static final Duration DELIVERY = Duration.ofSeconds(20);

    private static final Duration LOOK = Duration.ofMillis(20);

    private final MessageSession session;
    /** When each message that has not arrived was sent, in nanoseconds of the system's timer. */
    private final Map<Long, Long> underWay = new ConcurrentHashMap<>();

    private long sequence;
    private volatile boolean receiving = true;
    private volatile boolean allSent;

    MessageLoop(int client, MessageSession session, Journal journal, LoadMeter meter, Duration mostThought) {
        super(client, session, journal, meter, mostThought);
        this.session = session;
    }

    @Override
    void work() throws InterruptedException {
        Thread receiver = Thread.ofVirtual().name("godwit-demo-receiver").start(this::receiveAll);
        try {
            boolean alive = goesOn(settings());
            while (alive && receiving && !isStopped()) {
                alive = random().nextInt(DICE) < SENDS ? send() : goesOn(settings());
                think();
            }
            awaitDelivery();
        } finally {
            allSent = true;
            receiver.join(DELIVERY);
        }
    }

    private boolean send() {
        long number = ++sequence;
        underWay.put(number, System.nanoTime());
        ExchangeFailed failure = exchange(Kind.SENT.name(), () -> session.send(number));
        record(new JournalEntry(
                Kind.SENT, failure == null ? Outcome.ACKNOWLEDGED : Outcome.UNKNOWN, number, JournalEntry.NO_AMOUNT));
        if (failure != null) {
            // Nobody knows whether it will come.
            underWay.remove(number);
        }
        return goesOn(failure);
    }

    private void receiveAll() {
        try {
            boolean goesOn = true;
            while (goesOn) {
                // Looked at before the wait: what is sent later is waited for once more.
                boolean last = allSent;
                try {
                    OptionalLong message = session.receive();
                    message.ifPresent(this::received);
                    goesOn = message.isPresent() || !last;
                } catch (ExchangeFailed e) {
                    failed(Kind.RECEIVED.name(), 0, e);
                    goesOn = goesOn(e) && !last;
                }
            }
        } finally {
            receiving = false;
        }
    }

    private void received(long number) {
        Long sentAt = underWay.remove(number);
        arrived(sentAt == null ? 0 : System.nanoTime() - sentAt);
        record(new JournalEntry(Kind.RECEIVED, Outcome.ACKNOWLEDGED, number, JournalEntry.NO_AMOUNT));
        countOne();
    }

    private void awaitDelivery() throws InterruptedException {
        Instant deadline = Instant.now().plus(DELIVERY);
        while (receiving && !underWay.isEmpty() && Instant.now().isBefore(deadline)) {
            Thread.sleep(LOOK);
        }
    }
}
