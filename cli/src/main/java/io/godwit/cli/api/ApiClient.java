package io.godwit.cli.api;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls the platform's REST API. Every call ends within a deadline. Safe for use by several threads.
 *
 * <p>Calls throw {@link ApiProblem} where the platform refuses and {@link PlatformUnreachable} where it does not answer, or
 * something else does.
 */
public final class ApiClient implements AutoCloseable {
    private static final int PAGE = 200;
    private static final JsonMapper JSON = new JsonMapper();

    private final URI baseUrl;
    private final @Nullable String token;
    private final ApiDeadlines deadlines;
    private final HttpClient http;

    /**
     * @param baseUrl the gateway's address without {@code /api/v1}
     * @param token null to call without authentication
     */
    public ApiClient(URI baseUrl, @Nullable String token) {
        this(baseUrl, token, ApiDeadlines.USUAL);
    }

    ApiClient(URI baseUrl, @Nullable String token, ApiDeadlines deadlines) {
        this.baseUrl = baseUrl;
        this.token = token;
        this.deadlines = deadlines;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(deadlines.connect())
                .build();
    }

    /** @param path below {@code /api/v1}, beginning with a slash, with encoded segments */
    public JsonNode get(String path) {
        return call(request(path, deadlines.read()).GET(), deadlines.read());
    }

    /** Sends an {@code Idempotency-Key} of its own, so that the platform carries the call out once at most. */
    public JsonNode post(String path, JsonNode body) {
        return call(
                request(path, deadlines.change())
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .POST(BodyPublishers.ofString(body.toString())),
                deadlines.change());
    }

    public JsonNode delete(String path) {
        return call(request(path, deadlines.change()).DELETE(), deadlines.change());
    }

    /**
     * Reads a list to its end over all its pages.
     *
     * @return {@code {"items": […], "nextCursor": null}}
     */
    public ObjectNode list(String path) {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        String separator = path.contains("?") ? "&" : "?";
        String page = path + separator + "limit=" + PAGE;
        String next = page;
        while (true) {
            JsonNode answer = get(next);
            answer.path("items").forEach(items::add);
            JsonNode cursor = answer.path("nextCursor");
            if (!cursor.isString()) {
                ObjectNode all = JsonNodeFactory.instance.objectNode();
                all.set("items", items);
                all.putNull("nextCursor");
                return all;
            }
            next = page + "&cursor=" + ApiPaths.segment(cursor.asString());
        }
    }

    /**
     * Follows a stream of server-sent events; it reconnects by itself where the connection breaks or falls silent,
     * resuming after the last event it saw. The caller closes it.
     */
    public EventStream events(String path) {
        return new EventStream(http, deadlines.silence(), lastEventId -> {
            HttpRequest.Builder request = request(path, deadlines.read()).header("Accept", "text/event-stream");
            if (lastEventId != null) {
                request.header("Last-Event-ID", lastEventId);
            }
            return request.GET().build();
        });
    }

    private HttpRequest.Builder request(String path, Duration deadline) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(baseUrl + "/api/v1" + path)).timeout(deadline);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    /** The request's own timeout ends with the answer's headers, so the whole of the answer is waited for here. */
    private JsonNode call(HttpRequest.Builder builder, Duration deadline) {
        HttpRequest request = builder.build();
        CompletableFuture<HttpResponse<String>> response = http.sendAsync(request, BodyHandlers.ofString());
        try {
            return answer(response.get(deadline.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            throw failed(request, deadline, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            response.cancel(true);
            throw PlatformUnreachable.silent(request.uri(), deadline, e);
        } catch (InterruptedException e) {
            response.cancel(true);
            Thread.currentThread().interrupt();
            throw PlatformUnreachable.broken(request.uri(), e);
        }
    }

    private RuntimeException failed(HttpRequest request, Duration deadline, Throwable cause) {
        return switch (cause) {
            case ConnectException refused -> PlatformUnreachable.refused(baseUrl, refused);
            case HttpTimeoutException late -> PlatformUnreachable.silent(request.uri(), deadline, late);
            case IOException broken -> PlatformUnreachable.broken(request.uri(), broken);
            case RuntimeException e -> e;
            default -> new IllegalStateException("the call of " + request.uri() + " failed", cause);
        };
    }

    private static JsonNode answer(HttpResponse<String> response) {
        int status = response.statusCode();
        if (status < 200 || status > 299) {
            String location = response.headers().firstValue("Location").orElse(null);
            throw new ApiProblem(status, parse(response.body()), location);
        }
        if (response.body().isBlank()) {
            return JsonNodeFactory.instance.objectNode();
        }
        return json(response.body())
                .filter(body -> body.isObject() || body.isArray())
                .orElseThrow(() -> PlatformUnreachable.foreign(
                        response.uri(),
                        status,
                        response.headers().firstValue("Content-Type").orElse("none")));
    }

    /** Something between here and the platform may answer with HTML or nothing; that must not hide the HTTP status. */
    static JsonNode parse(String body) {
        return body.isBlank()
                ? JsonNodeFactory.instance.objectNode()
                : json(body).orElseGet(JsonNodeFactory.instance::objectNode);
    }

    private static Optional<JsonNode> json(String body) {
        try {
            return Optional.of(JSON.readTree(body));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
