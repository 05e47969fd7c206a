package io.godwit.launcher.demo.load;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A number of clients that run at the same time. */
public final class Load implements AutoCloseable {
    private static final Duration BUSY = Duration.ofMillis(10);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final LoadMeter meter = new LoadMeter();
    private final List<ClientLoop> loops = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Path> journals = new ArrayList<>();

    /**
     * Starts busy clients.
     *
     * @param sessions one for each client, which the load closes
     * @param folder where the journals go
     */
    public Load(List<? extends ClientSession> sessions, Path folder) {
        this(sessions, folder, BUSY);
    }

    /**
     * Starts the clients.
     *
     * @param sessions one for each client, which the load closes
     * @param folder where the journals go
     * @param mostThought how long a client may do nothing between two exchanges; half of it on average
     */
    public Load(List<? extends ClientSession> sessions, Path folder, Duration mostThought) {
        for (int client = 0; client < sessions.size(); client++) {
            Path file = folder.resolve("client-" + client + ".journal");
            journals.add(file);
            loops.add(ClientLoop.of(client, sessions.get(client), new Journal(file), meter, mostThought));
        }
        loops.forEach(loop ->
                threads.add(Thread.ofVirtual().name("godwit-demo-client").start(loop)));
    }

    public LoadMeter meter() {
        return meter;
    }

    /** The journals by client; complete after {@link #close()}. */
    public List<Path> journals() {
        return List.copyOf(journals);
    }

    /**
     * Waits until each client has done some work from now on.
     *
     * @param exchanges of each client, or messages that it has received
     * @throws IllegalStateException if a client makes no progress
     */
    public void awaitEach(int exchanges) throws InterruptedException {
        List<Long> goals =
                loops.stream().map(loop -> loop.answered() + exchanges).toList();
        Instant deadline = Instant.now().plus(PATIENCE);
        for (int client = 0; client < loops.size(); client++) {
            while (loops.get(client).answered() < goals.get(client)) {
                if (!threads.get(client).isAlive()) {
                    // It has lost its session; that is counted, and there is nothing to wait for.
                    break;
                }
                if (Instant.now().isAfter(deadline)) {
                    throw new IllegalStateException("Client " + client + " has made no " + exchanges
                            + " exchanges within " + PATIENCE.toSeconds() + " s; errors so far: " + meter.errors());
                }
                Thread.sleep(LOOK);
            }
        }
    }

    /** Lets each client finish what it does and waits for it. */
    @Override
    public void close() {
        loops.forEach(ClientLoop::stop);
        try {
            for (Thread thread : threads) {
                if (!thread.join(PATIENCE)) {
                    thread.interrupt();
                }
            }
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
        }
    }
}
