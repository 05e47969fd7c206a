package io.godwit.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A real HTTP server in a service's place: it records what reaches it. */
final class RecordingUpstream implements AutoCloseable {
    private static final int NO_BODY = -1;
    private static final int NEVER = Integer.MAX_VALUE;
    static final String ANSWER = "{\"password\":\"s3cret-%d\"}";

    private final HttpServer server;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger answers = new AtomicInteger();
    private volatile int status = 201;
    private volatile int cutAfter = NEVER;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile CountDownLatch secondEvent = new CountDownLatch(0);
    private volatile CountDownLatch readerGone = new CountDownLatch(0);

    record Received(String method, String uri, Map<String, List<String>> headers, String body) {
        String header(String name) {
            List<String> values = headers.get(name);
            return values == null ? "" : String.join(",", values);
        }
    }

    RecordingUpstream() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    List<Received> received() {
        return received;
    }

    /** Answers come whole from now on. */
    void answerWith(int newStatus) {
        status = newStatus;
        cutAfter = NEVER;
    }

    /** The connection breaks after so many bytes of an answer's body from now on; with 0 before the answer. */
    void cutAnswersAfter(int bytes) {
        cutAfter = bytes;
    }

    /** Requests wait for the latch from now on. */
    void holdAt(CountDownLatch latch) {
        gate = latch;
    }

    /** The second event of a stream waits for the latch. */
    void holdSecondEventAt(CountDownLatch latch) {
        secondEvent = latch;
    }

    /** Streams have a comment now and then from now on, until nobody reads them any more, which opens the latch. */
    void streamUntilGone(CountDownLatch latch) {
        readerGone = latch;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        received.add(new Received(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                Map.copyOf(exchange.getRequestHeaders()),
                body));
        await(gate);
        if (exchange.getRequestURI().getPath().endsWith("/events")) {
            stream(exchange);
            return;
        }
        if (cutAfter == 0) {
            exchange.close();
            return;
        }
        if (status == 204) {
            exchange.sendResponseHeaders(status, NO_BODY);
            exchange.close();
            return;
        }
        byte[] answer = ANSWER.formatted(answers.incrementAndGet()).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Location", "/api/v1/somewhere");
        exchange.sendResponseHeaders(status, answer.length);
        OutputStream response = exchange.getResponseBody();
        response.write(answer, 0, Math.min(answer.length, cutAfter));
        response.flush();
        exchange.close();
    }

    private void stream(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream response = exchange.getResponseBody()) {
            response.write("id: 1\ndata: first\n\n".getBytes(StandardCharsets.UTF_8));
            response.flush();
            while (readerGone.getCount() > 0) {
                comment(response);
            }
            await(secondEvent);
            response.write("id: 2\ndata: second\n\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    private void comment(OutputStream response) throws IOException {
        try {
            response.write(": still here\n\n".getBytes(StandardCharsets.UTF_8));
            response.flush();
            boolean noticed = readerGone.await(20, TimeUnit.MILLISECONDS);
            if (noticed) {
                throw new IOException("nobody reads any more");
            }
        } catch (IOException e) {
            readerGone.countDown();
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody opened the gate");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
