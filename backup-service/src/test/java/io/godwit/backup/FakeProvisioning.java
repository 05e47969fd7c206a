package io.godwit.backup;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.MessageJson;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Answers where databases live, as the provisioning service does. */
final class FakeProvisioning implements AutoCloseable {
    private static final String PATH = "/internal/v1/databases/";
    private static final String ALL = "/placements";

    private final HttpServer server;
    private final Map<String, PlacedDatabase> placements = new ConcurrentHashMap<>();
    private final Map<String, PlacedDatabase> targets = new ConcurrentHashMap<>();
    private final Map<String, PlacedDatabase> formerHomes = new ConcurrentHashMap<>();
    private final Map<String, String> statuses = new ConcurrentHashMap<>();

    private final AtomicBoolean unavailable = new AtomicBoolean();
    private final AtomicInteger refused = new AtomicInteger();

    FakeProvisioning() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(PATH, this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void place(DatabaseId database, PlacedDatabase placement) {
        placements.put(database.toString(), placement);
        status(database, "ready");
    }

    /** Prepares a database for a migration, or gives it up where {@code target} is null. */
    void prepare(DatabaseId database, @Nullable PlacedDatabase target) {
        if (target == null) {
            targets.remove(database.toString());
        } else {
            targets.put(database.toString(), target);
        }
    }

    /** The database's migration can be rolled back to this home, or no longer where {@code home} is null. */
    void former(DatabaseId database, @Nullable PlacedDatabase home) {
        if (home == null) {
            formerHomes.remove(database.toString());
        } else {
            formerHomes.put(database.toString(), home);
        }
    }

    /** The database is deleted. */
    void remove(DatabaseId database) {
        placements.remove(database.toString());
    }

    void status(DatabaseId database, String status) {
        statuses.put(database.toString(), status);
    }

    /** Answers every request with 503 from now on, or no longer. */
    void unavailable(boolean now) {
        unavailable.set(now);
    }

    /** How many requests were answered with 503 by now. */
    int refused() {
        return refused.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (unavailable.get()) {
            refused.incrementAndGet();
            String problem = "{\"status\":503,\"code\":\"NOT_READY\",\"detail\":\"the service starts\"}";
            respond(exchange, 503, "application/problem+json", problem.getBytes(StandardCharsets.UTF_8));
            return;
        }
        String database = exchange.getRequestURI().getPath().substring(PATH.length());
        if (database.endsWith(ALL)) {
            respondAll(exchange, database.substring(0, database.length() - ALL.length()));
            return;
        }
        PlacedDatabase placement = placements.get(database);
        if (placement == null) {
            respondNotFound(exchange, database);
            return;
        }
        Map<String, Object> body = Map.of(
                "databaseId",
                database,
                "engine",
                placement.server().engine().id(),
                "tier",
                "shared",
                "region",
                "local",
                "epoch",
                1,
                "status",
                statuses.get(database),
                "placement",
                placement);
        respond(exchange, 200, "application/json", MessageJson.mapper().writeValueAsBytes(body));
    }

    private void respondAll(HttpExchange exchange, String database) throws IOException {
        PlacedDatabase home = placements.get(database);
        if (home == null) {
            respondNotFound(exchange, database);
            return;
        }
        List<Map<String, Object>> all = new ArrayList<>(List.of(Map.of("state", "HOME", "placement", home)));
        PlacedDatabase target = targets.get(database);
        if (target != null) {
            all.add(Map.of("state", "PREPARED", "placement", target));
        }
        PlacedDatabase former = formerHomes.get(database);
        if (former != null) {
            all.add(Map.of("state", "FORMER", "placement", former));
        }
        respond(exchange, 200, "application/json", MessageJson.mapper().writeValueAsBytes(all));
    }

    private static void respondNotFound(HttpExchange exchange, String database) throws IOException {
        String problem = """
            {"status":404,"code":"DATABASE_NOT_FOUND","detail":"Database '%s' does not exist"}\
            """.formatted(database);
        respond(exchange, 404, "application/problem+json", problem.getBytes(StandardCharsets.UTF_8));
    }

    private static void respond(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream response = exchange.getResponseBody()) {
            response.write(body);
        }
    }
}
