package io.godwit.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** An HTTP server that gives the answers the platform was seen to give, and remembers what it was asked. */
public final class RecordedPlatform implements AutoCloseable {
    /** A request as it arrived; header names as the server spells them. */
    public record Asked(String method, String path, Map<String, List<String>> headers, String body) {
        public String header(String name) {
            return headers.getOrDefault(name, List.of("")).getFirst();
        }
    }

    /** @param location where a redirect leads; null if it is none */
    private record Answer(
            int status, String type, String body, @Nullable String location) {
        Answer(int status, String type, String body) {
            this(status, type, body, null);
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    public RecordedPlatform() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** @param call for example {@code GET /api/v1/tenants?limit=200}; the last answer of a call is repeated */
    public RecordedPlatform on(String call, int status, String json) {
        return add(call, new Answer(status, status < 400 ? "application/json" : "application/problem+json", json));
    }

    /** An answer as something else than the platform gives it, for example a proxy's page. */
    public RecordedPlatform onPage(String call, int status, String html) {
        return add(call, new Answer(status, "text/html", html));
    }

    public RecordedPlatform onRedirect(String call, int status, String location) {
        return add(call, new Answer(status, "text/html", "<html>moved</html>", location));
    }

    /** One connection of a stream, which ends after these lines. */
    public RecordedPlatform onStream(String call, String lines) {
        return add(call, new Answer(200, "text/event-stream", lines));
    }

    private RecordedPlatform add(String call, Answer answer) {
        answers.computeIfAbsent(call, ignored -> new ArrayDeque<>()).add(answer);
        return this;
    }

    public List<Asked> asked() {
        return asked;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String path = exchange.getRequestURI().toString();
            asked.add(new Asked(exchange.getRequestMethod(), path, Map.copyOf(exchange.getRequestHeaders()), body));
            Answer answer = next(exchange.getRequestMethod() + " " + path);
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            if (answer.location() != null) {
                exchange.getResponseHeaders().set("Location", answer.location());
            }
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private Answer next(String call) {
        Deque<Answer> prepared = answers.get(call);
        if (prepared == null) {
            return new Answer(404, "application/problem+json", "{\"detail\":\"not recorded: " + call + "\"}");
        }
        synchronized (prepared) {
            return prepared.size() > 1 ? prepared.removeFirst() : prepared.getFirst();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
