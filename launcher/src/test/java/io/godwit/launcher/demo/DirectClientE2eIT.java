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
import io.godwit.testing.Eventually;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
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

    private static final String READ_ONLY = "25006";
    /** SQLSTATE of a server that does not take logins yet. */
    private static final String STARTS = "57P03";
    /** SQLSTATE of a refused connection. */
    private static final String NOBODY_THERE = "08001";

    private static final Duration FOLLOWS_WITHIN = Duration.ofMinutes(1);

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

    /** A standby has its leader's logins, and lets them read what they can read on the leader. */
    @Test
    void aStandbyLetsItReadBeforeTheCutoverAndTheFormerHomeRefusesItAfterIt() throws Exception {
        DatabaseConnection database = platform.api().create(id, engine.id(), Tier.DEDICATED);
        engine.awaitReachable(database, Duration.ofSeconds(30));
        engine.fill(database, ROWS, 1, rows -> {});
        PlacedDatabase source = platform.placement(id);
        assertThat(writes(source)).isTrue();

        String migration = platform.api().migrate(id, Tier.DEDICATED);
        int attempts = 0;
        while (isBeforeCutover(migration)) {
            Optional<PlacedDatabase> target = targetOf(migration);
            if (target.isPresent()) {
                boolean written = writes(target.get());
                assertThat(written && isBeforeCutover(migration)).isFalse();
                attempts++;
            }
        }
        assertThat(platform.api().await(migration, view -> {}).status()).isEqualTo("ready");

        assertThat(attempts).isPositive();
        assertThat(writes(platform.placement(id))).isTrue();
        Eventually.await("the former home follows and refuses", FOLLOWS_WITHIN, () -> isUp(source));
        assertThat(isLetIn(source, source)).isFalse();
    }

    private boolean isBeforeCutover(String migration) throws InterruptedException {
        MigrationView view = platform.api().show(migration);
        return !view.settled() && !view.phase().equals("CUTOVER");
    }

    /** Whether who has the login of that server can write there now. */
    private boolean writes(PlacedDatabase placed) {
        try (Connection connection = open(placed, placed);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE direct_" + Long.toString(System.nanoTime()) + " (id int)");
            return true;
        } catch (SQLException e) {
            assertThat(e.getSQLState()).as(e.getMessage()).isIn(READ_ONLY, STARTS, NOBODY_THERE);
            return false;
        }
    }

    private boolean isUp(PlacedDatabase placed) {
        try (Connection _ = open(placed, placed)) {
            return true;
        } catch (SQLException e) {
            return !List.of(STARTS, NOBODY_THERE).contains(e.getSQLState());
        }
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
        try {
            open(placed, whose).close();
            return true;
        } catch (SQLException e) {
            assertThat(e.getSQLState()).as(e.getMessage()).isIn(REFUSED);
            return false;
        }
    }

    private Connection open(PlacedDatabase placed, PlacedDatabase whose) throws SQLException {
        DatabaseConnection direct = platform.direct(placed);
        DatabaseConnection login = platform.direct(whose);
        String url = "jdbc:postgresql://" + direct.host() + ":" + direct.port() + "/" + direct.database()
                + "?sslmode=require";
        return DriverManager.getConnection(url, login.user(), login.password());
    }
}
