package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.api.ApiPaths;
import io.godwit.cli.migrations.MigrationView;
import io.godwit.cli.output.Fields;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.Tier;
import io.godwit.launcher.demo.engine.DemoEngine;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What the platform answers is what its description says. */
@ExtendWith(E2ePlatformExtension.class)
class ApiDescriptionE2eIT {
    private final E2ePlatform platform;
    private final DemoEngine engine = DemoEngines.of(E2ePlatform.engine());
    private final DatabaseId id = E2ePlatform.freshDatabase();

    ApiDescriptionE2eIT(E2ePlatform platform) {
        this.platform = platform;
    }

    /** @param path as the description has it */
    private record Answer(String path, JsonNode body) {}

    @Test
    void everyFieldOfAnAnswerIsDescribed() throws Exception {
        platform.api().create(id, engine.id(), Tier.SHARED);
        MigrationView moved = platform.api().await(platform.api().migrate(id, Tier.DEDICATED), view -> {});
        assertThat(moved.status()).as(moved.error()).isEqualTo("ready");
        ApiDescription description = new ApiDescription(platform.client().get("/openapi.json"));
        String tenant = "/tenants/" + ApiPaths.segment(id.tenant());
        String database = ApiPaths.database(id.tenant(), id.name());
        JsonNode backups = platform.client().get(database + "/backups");
        String backup = Fields.text(backups.path("items").path(0), "id");
        String server = Fields.text(moved.json(), "sourceServerId");

        assertThat(Stream.of(
                                answer("/tenants", "/tenants"),
                                answer("/tenants/{tenant}", tenant),
                                answer("/tenants/{tenant}/databases", tenant + "/databases"),
                                answer("/tenants/{tenant}/databases/{name}", database),
                                new Answer("/tenants/{tenant}/databases/{name}/backups", backups),
                                answer("/backups/{id}", "/backups/" + backup),
                                answer("/servers", "/servers"),
                                answer("/servers/{id}", "/servers/" + server),
                                answer("/migrations", "/migrations"),
                                answer("/migrations/{id}", ApiPaths.migration(moved.id())),
                                answer("/tokens", "/tokens"),
                                answer("/audit", "/audit"))
                        .flatMap(answer -> undocumented(description, answer).stream()))
                .isEmpty();
    }

    private Answer answer(String path, String asked) {
        return new Answer(path, platform.client().get(asked));
    }

    private static List<String> undocumented(ApiDescription description, Answer answer) {
        return description.undocumented("/api/v1" + answer.path(), answer.body());
    }
}
