package io.godwit.launcher.demo;

import io.godwit.cli.api.ApiClient;
import io.godwit.cli.api.ApiPaths;
import io.godwit.cli.api.Patience;
import io.godwit.cli.migrations.MigrationView;
import io.godwit.cli.migrations.MigrationWatch;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.Tier;
import io.godwit.launcher.demo.load.DatabaseConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What the demo asks of the platform, all over its public REST API. */
public final class DemoApi {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration CLEANUP = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(250);

    private final ApiClient api;

    public DemoApi(ApiClient api) {
        this.api = api;
    }

    public DatabaseConnection create(DatabaseId id, EngineId engine, Tier tier) {
        api.post("/tenants", JsonNodeFactory.instance.objectNode().put("id", id.tenant()));
        JsonNode answer = api.post(
                "/tenants/" + ApiPaths.segment(id.tenant()) + "/databases",
                JsonNodeFactory.instance
                        .objectNode()
                        .put("name", id.name())
                        .put("engine", engine.id())
                        .put("tier", tier.id()));
        JsonNode connection = answer.path("connection");
        return new DatabaseConnection(
                connection.path("host").asString(),
                connection.path("port").asInt(),
                connection.path("user").asString(),
                connection.path("password").asString(),
                connection.path("database").asString());
    }

    /** @return the migration's id */
    public String migrate(DatabaseId id, Tier to) {
        return new MigrationView(api.post(
                        path(id) + "/migrations",
                        JsonNodeFactory.instance.objectNode().put("to", to.id())))
                .id();
    }

    public MigrationView await(String migration, Consumer<MigrationView> onLook) throws InterruptedException {
        Patience patience = new Patience(PATIENCE, InstantSource.system(), outage -> {});
        return new MigrationWatch(api, patience, InstantSource.system()).untilSettled(migration, event -> {}, onLook);
    }

    public MigrationView show(String migration) {
        return new MigrationView(api.get(ApiPaths.migration(migration)));
    }

    /** Ends the rollback window and waits until the old server is free; does nothing about a migration that has ended. */
    public void complete(String migration) throws InterruptedException {
        MigrationView view = show(migration);
        if (view.ready() && !view.phase().equals("DONE")) {
            api.post(ApiPaths.migration(migration) + "/complete", JsonNodeFactory.instance.objectNode());
        }
        Instant deadline = Instant.now().plus(CLEANUP);
        while (show(migration).json().path("endedAt").isNull()) {
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException(
                        "migration " + migration + " has not been completed within " + CLEANUP.toSeconds() + " s");
            }
            Thread.sleep(LOOK);
        }
    }

    /** Removes the database and its tenant. */
    public void remove(DatabaseId id) {
        api.delete(path(id));
        api.delete("/tenants/" + ApiPaths.segment(id.tenant()));
    }

    private static String path(DatabaseId id) {
        return ApiPaths.database(id.tenant(), id.name());
    }
}
