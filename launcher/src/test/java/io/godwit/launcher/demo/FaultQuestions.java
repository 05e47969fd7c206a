package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.cli.migrations.MigrationView;
import io.godwit.cli.output.Fields;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.Tier;
import io.godwit.launcher.demo.check.HistoryCheck;
import io.godwit.launcher.demo.check.LedgerReader;
import io.godwit.launcher.demo.check.Verdict;
import io.godwit.launcher.demo.engine.DemoEngine;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.faults.Direction;
import io.godwit.launcher.platform.PlatformException;
import io.godwit.testing.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is asked when a migration has ended. */
final class FaultQuestions {
    private static final Duration CLEAN = Duration.ofMinutes(2);

    private final E2ePlatform platform;
    private final DemoEngine engine;
    private final Direction direction;
    private final DatabaseConnection database;

    FaultQuestions(E2ePlatform platform, DemoEngine engine, Direction direction, DatabaseConnection database) {
        this.platform = platform;
        this.engine = engine;
        this.direction = direction;
        this.database = database;
    }

    /** @param journals by client */
    void assertEveryWriteIsThereOnce(List<Path> journals) {
        try (LedgerReader ledger = engine.openLedger(database)) {
            assertThat(HistoryCheck.run(journals, ledger)).isEqualTo(new Verdict(0, 0, 0, List.of()));
        }
    }

    /**
     * At home where the end says, and nowhere else is anything of it.
     *
     * @param target null if it was never seen there
     */
    void assertServedFromOneSide(
            DatabaseId id, PlacedDatabase source, @Nullable PlacedDatabase target, MigrationView end) throws Exception {
        boolean moved = end.status().equals("ready");
        PlacedDatabase former = moved ? source : target;
        Tier tier = moved ? direction.from() : direction.to();
        String formerServer = moved ? source.server().serverId() : Fields.text(end.json(), "targetServerId");
        assertThat(platform.serverOf(id))
                .as("home of %s after %s", id, end.status())
                .isNotEqualTo(formerServer);
        Leftovers leftovers = Leftovers.of(engine.id(), platform);
        Eventually.assertThat("nothing of the move is left", CLEAN, () -> {
            assertThat(leftovers.ofMove(platform.placement(id))).isEmpty();
            assertThatThrownBy(() -> platform.placement(id, formerServer)).isInstanceOf(PlatformException.class);
            Path folder = platform.serverFolder(formerServer);
            // A shared one that was made for the move alone goes with it.
            if (tier == Tier.DEDICATED || Files.notExists(folder)) {
                assertThat(folder).doesNotExist();
                assertThat(platform.processesIn(folder)).isEmpty();
            } else if (former != null) {
                assertThat(leftovers.ofDatabase(former)).isEmpty();
            }
        });
    }
}
