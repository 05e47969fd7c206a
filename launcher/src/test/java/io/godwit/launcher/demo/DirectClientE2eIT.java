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

/** Who knows the login with which the proxy comes to a database's home is let in there, and nowhere and never else. */
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
        assertThat(isLetIn(source, source)).isTrue();

        String migration = platform.api().migrate(id, Tier.DEDICATED);
        int refusals = 0;
        while (!platform.api().show(migration).settled()) {
            Optional<PlacedDatabase> target = targetOf(migration);
            if (target.isPresent()) {
                assertThat(isLetIn(target.get(), source)).isFalse();
                refusals++;
            }
        }

        assertThat(refusals).isPositive();
        PlacedDatabase home = platform.placement(id);
        assertThat(home.server().serverId()).isNotEqualTo(source.server().serverId());
        assertThat(isLetIn(home, source)).isFalse();
        assertThat(isLetIn(source, source)).isFalse();
        assertThat(isLetIn(home, home)).isTrue();
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

    /** @param whose the placement whose login is tried */
    private boolean isLetIn(PlacedDatabase placed, PlacedDatabase whose) throws SQLException {
        DatabaseConnection direct = platform.direct(placed);
        DatabaseConnection login = platform.direct(whose);
        String url = "jdbc:postgresql://" + direct.host() + ":" + direct.port() + "/" + direct.database()
                + "?sslmode=require";
        try {
            DriverManager.getConnection(url, login.user(), login.password()).close();
            return true;
        } catch (SQLException e) {
            assertThat(e.getSQLState()).as(e.getMessage()).isIn(REFUSED);
            return false;
        }
    }
}
