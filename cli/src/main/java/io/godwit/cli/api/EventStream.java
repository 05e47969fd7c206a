package io.godwit.cli.api;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events over any number of connections. A virtual thread reads; the queue between it and the caller is
 * bounded, so that a slow caller slows the connection and not the memory. A connection on which not even a comment comes
 * is given up for the next one: nobody tells a client of a peer that is gone without a word.
 */
public final class EventStream implements AutoCloseable {
    private static final Duration RECONNECT = Duration.ofMillis(500);
    private static final int QUEUE = 256;

    private final HttpClient http;
    private final Duration silence;
    private final Function<@Nullable String, HttpRequest> request;
    private final BlockingQueue<ServerSentEvent> events = new ArrayBlockingQueue<>(QUEUE);
    private final Thread reader;
    private volatile @Nullable String lastEventId;
    private volatile @Nullable InputStream body;
    private volatile long heardAt;
    private volatile boolean closed;

    /**
     * @param silence after which a connection is taken for dead
     * @param request makes the request that resumes after the given event id, null at first
     */
    EventStream(HttpClient http, Duration silence, Function<@Nullable String, HttpRequest> request) {
        this.http = http;
        this.silence = silence;
        this.request = request;
        this.reader = Thread.ofVirtual().name("godwit-events").start(this::read);
    }

    /** @return the next event, or nothing if none arrives within the given time */
    public Optional<ServerSentEvent> next(Duration within) throws InterruptedException {
        ServerSentEvent event = events.poll(within.toMillis(), TimeUnit.MILLISECONDS);
        if (event == null) {
            giveUpSilentConnection();
        }
        return Optional.ofNullable(event);
    }

    /** Asked only while the queue is empty: then the reader waits for the platform and not for the caller. */
    private void giveUpSilentConnection() {
        if (System.nanoTime() - heardAt > silence.toNanos()) {
            throwAway(body);
        }
    }

    private void read() {
        try {
            while (!closed) {
                readOneConnection();
                Thread.sleep(RECONNECT);
            }
        } catch (InterruptedException e) {
            // close() interrupts.
            Thread.currentThread().interrupt();
        }
    }

    private void readOneConnection() throws InterruptedException {
        try {
            HttpResponse<InputStream> response = http.send(request.apply(lastEventId), BodyHandlers.ofInputStream());
            try (InputStream stream = response.body()) {
                heardAt = System.nanoTime();
                body = stream;
                if (response.statusCode() == 200 && !closed) {
                    readEvents(stream);
                }
            }
        } catch (IOException e) {
            // The connection broke; the next one resumes after the last event. Callers watch the state besides, so that
            // a platform that is gone for good is noticed there.
            body = null;
        }
    }

    private void readEvents(InputStream stream) throws IOException, InterruptedException {
        EventParser parser = new EventParser();
        BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            heardAt = System.nanoTime();
            Optional<ServerSentEvent> event = parser.onLine(line);
            if (event.isPresent()) {
                events.put(event.get());
                String id = event.get().id();
                if (id != null) {
                    lastEventId = id;
                }
                heardAt = System.nanoTime();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        reader.interrupt();
        throwAway(body);
    }

    private void throwAway(@Nullable InputStream open) {
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // It is being thrown away.
                body = null;
            }
        }
    }
}
