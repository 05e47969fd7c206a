package io.godwit.gateway.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WhereToLookTest {
    @ParameterizedTest
    @CsvSource({
        "/api/v1/tenants, /api/v1/tenants",
        "/api/v1/tenants/acme/databases, /api/v1/tenants/acme/databases",
        "/api/v1/tenants/acme/databases/drain/backups, /api/v1/tenants/acme/databases/drain/backups",
        "/api/v1/tenants/acme/databases/orders/adopt, /api/v1/tenants/acme/databases/orders",
        "/api/v1/tenants/acme/databases/orders/migrations, /api/v1/migrations?tenant=acme",
        "/api/v1/migrations/mig_a/rollback, /api/v1/migrations/mig_a",
        "/api/v1/backups/bkp_a/restore, /api/v1/backups/bkp_a"
    })
    void listShowsWhatWasMadeAndTheThingWhatWasDoneToIt(String posted, String shown) {
        assertThat(WhereToLook.after(posted)).isEqualTo(shown);
    }

    @Test
    void everyPostOfTheApiLeadsToAGetOfTheApi() throws IOException {
        JsonNode paths;
        try (InputStream resource =
                Objects.requireNonNull(WhereToLookTest.class.getResourceAsStream("/openapi.json"))) {
            paths = JsonMapper.shared().readTree(resource).path("paths");
        }

        assertThat(paths.propertyStream().filter(path -> path.getValue().has("post")))
                .isNotEmpty()
                .allSatisfy(path -> {
                    String shown = WhereToLook.after(path.getKey()).replaceFirst("\\?.*", "");
                    assertThat(paths.path(shown).has("get")).as(shown).isTrue();
                });
    }
}
