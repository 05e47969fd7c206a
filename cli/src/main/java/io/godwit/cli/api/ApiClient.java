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
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration READ = Duration.ofSeconds(30);
    /** Creating a database may have to wait for a new server. */
    private static final Duration CHANGE = Duration.ofMinutes(3);

    private static final int PAGE = 200;
    private static final JsonMapper JSON = new JsonMapper();

    private final URI baseUrl;
    private final @Nullable String token;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();

    /**
     * @param baseUrl the gateway's address without {@code /api/v1}
     * @param token null to call without authentication
     */
    public ApiClient(URI baseUrl, @Nullable String token) {
        this.baseUrl = baseUrl;
        this.token = token;
    }

    /** @param path below {@code /api/v1}, beginning with a slash, with encoded segments */
    public JsonNode get(String path) {
        return call(request(path, READ).GET());
    }

    /** Sends an {@code Idempotency-Key} of its own, so that the platform carries the call out once at most. */
    public JsonNode post(String path, JsonNode body) {
        return call(request(path, CHANGE)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .POST(BodyPublishers.ofString(body.toString())));
    }

    public JsonNode delete(String path) {
        return call(request(path, CHANGE).DELETE());
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
     * Follows a stream of server-sent events; it reconnects by itself where the connection breaks, resuming after the
     * last event it saw. The caller closes it.
     */
    public EventStream events(String path) {
        return new EventStream(http, lastEventId -> {
            HttpRequest.Builder request = request(path, READ).header("Accept", "text/event-stream");
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

    private JsonNode call(HttpRequest.Builder builder) {
        HttpRequest request = builder.build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            return answer(response);
        } catch (ConnectException e) {
            throw PlatformUnreachable.refused(baseUrl, e);
        } catch (HttpTimeoutException e) {
            throw PlatformUnreachable.silent(request.uri(), e);
        } catch (IOException e) {
            throw PlatformUnreachable.broken(request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw PlatformUnreachable.broken(request.uri(), e);
        }
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
