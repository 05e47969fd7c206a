package io.godwit.launcher.platform;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks the provisioning service where databases are, as Godwit's other services do; logins come sealed. */
final class PlacementLookup {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String CALLER = "{\"name\":\"launcher\",\"role\":\"OPERATOR\",\"tenant\":null}";
    private static final JsonMapper JSON = new JsonMapper();

    private final URI provisioning;
    private final String internalToken;

    PlacementLookup(URI provisioning, String internalToken) {
        this.provisioning = provisioning;
        this.internalToken = internalToken;
    }

    /**
     * @param serverId a server that has the database; null for its home
     * @throws PlatformException if the service does not answer, or the database is not there
     */
    PlacedDatabase find(DatabaseId id, @Nullable String serverId) throws InterruptedException {
        List<Found> all = all(id);
        return all.stream()
                .filter(found -> serverId == null
                        ? found.state.equals("HOME")
                        : found.placement.server().serverId().equals(serverId))
                .map(Found::placement)
                .findFirst()
                .orElseThrow(() -> new PlatformException("database " + id + " is not "
                        + (serverId == null ? "at home" : "on server '" + serverId + "'") + "; it is on "
                        + servers(all)));
    }

    private List<Found> all(DatabaseId id) throws InterruptedException {
        URI url = provisioning.resolve("/internal/v1/databases/" + id + "/placements");
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(TIMEOUT)
                .header("X-Godwit-Caller", CALLER)
                .header("X-Godwit-Internal-Token", internalToken)
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            JsonNode body = JSON.readTree(answer.body());
            if (answer.statusCode() != 200) {
                throw new PlatformException(body.path("detail")
                        .asString("the provisioning service answered with status " + answer.statusCode()));
            }
            return body.valueStream().map(PlacementLookup::read).toList();
        } catch (IOException | JacksonException e) {
            throw new PlatformException(
                    "the provisioning service does not answer at " + provisioning + "; './godwit up' starts it", e);
        }
    }

    private static Found read(JsonNode placement) {
        return new Found(
                placement.path("state").asString(),
                JSON.treeToValue(placement.path("placement"), PlacedDatabase.class));
    }

    private static String servers(List<Found> all) {
        return all.stream()
                .map(found -> found.placement.server().serverId() + " (" + found.state + ")")
                .collect(Collectors.joining(", "));
    }

    /** @param state as the provisioning service names it */
    private record Found(String state, PlacedDatabase placement) {}
}
