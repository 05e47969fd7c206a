package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.migrations.MigrationView;
import io.godwit.cli.output.Fields;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.Tier;
import io.godwit.launcher.demo.engine.DemoEngine;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.platform.PlatformException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who knows the login that the proxy has on the servers and goes past the proxy is let in only where the database lives. */
@ExtendWith(E2ePlatformExtension.class)
class DirectClientE2eIT {
    private static final long ROWS = 20_000;
    /** SQLSTATEs of a login or a database that is closed to the role. */
    private static final List<String> REFUSED = List.of("28000", "28P01", "42501");

    private final E2ePlatform platform;
    private final DemoEngine engine = DemoEngines.of(E2ePlatform.engine());
    private final DatabaseId id = E2ePlatform.freshDatabase();

    DirectClientE2eIT(E2ePlatform platform) {
        this.platform = platform;
    }

    @Test
    void theTargetRefusesItBeforeTheCutoverAndTheSourceAfterIt() throws Exception {
        DatabaseConnection database = platform.api().create(id, engine.id(), Tier.SHARED);
        engine.awaitReachable(database, Duration.ofSeconds(30));
        engine.fill(database, ROWS, 1, rows -> {});
        PlacedDatabase source = platform.placement(id);
        assertThat(isLetIn(source)).isTrue();

        String migration = platform.api().migrate(id, Tier.DEDICATED);
        int refusals = 0;
        while (!platform.api().show(migration).settled()) {
            Optional<PlacedDatabase> target = targetOf(migration);
            if (target.isPresent()) {
                boolean letIn = isLetIn(target.get());
                if (livesOn(source)) {
                    assertThat(letIn).isFalse();
                    refusals++;
                }
            }
        }

        assertThat(refusals).isPositive();
        assertThat(livesOn(source)).isFalse();
        assertThat(isLetIn(platform.placement(id))).isTrue();
        assertThat(isLetIn(source)).isFalse();
    }

    private boolean livesOn(PlacedDatabase placed) throws InterruptedException {
        return platform.serverOf(id).equals(placed.server().serverId());
    }

    private Optional<PlacedDatabase> targetOf(String migration) throws InterruptedException {
        MigrationView view = platform.api().show(migration);
        try {
            return Optional.of(platform.placement(id, Fields.text(view.json(), "targetServerId")));
        } catch (PlatformException e) {
            // The database is not prepared there yet.
            return Optional.empty();
        }
    }

    private boolean isLetIn(PlacedDatabase placed) throws SQLException {
        DatabaseConnection direct = platform.direct(placed);
        String url = "jdbc:postgresql://" + direct.host() + ":" + direct.port() + "/" + direct.database()
                + "?sslmode=disable";
        try {
            DriverManager.getConnection(url, direct.user(), direct.password()).close();
            return true;
        } catch (SQLException e) {
            assertThat(e.getSQLState()).as(e.getMessage()).isIn(REFUSED);
            return false;
        }
    }
}
