package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.cli.migrations.MigrationView;
import io.godwit.cli.output.Fields;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.launcher.demo.check.HistoryCheck;
import io.godwit.launcher.demo.check.LedgerReader;
import io.godwit.launcher.demo.check.Verdict;
import io.godwit.launcher.demo.engine.DemoEngine;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.platform.PlatformException;
import io.godwit.testing.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What is asked when a migration has ended. */
final class FaultQuestions {
    private static final Duration CLEAN = Duration.ofMinutes(2);

    private final E2ePlatform platform;
    private final DemoEngine engine;
    private final DatabaseConnection database;

    FaultQuestions(E2ePlatform platform, DemoEngine engine, DatabaseConnection database) {
        this.platform = platform;
        this.engine = engine;
        this.database = database;
    }

    /** @param journals by client */
    void assertEveryWriteIsThereOnce(List<Path> journals) {
        try (LedgerReader ledger = engine.openLedger(database)) {
            assertThat(HistoryCheck.run(journals, ledger)).isEqualTo(new Verdict(0, 0, 0, List.of()));
        }
    }

    /** At home where the end says, and nowhere else is anything of it. */
    void assertServedFromOneSide(DatabaseId id, PlacedDatabase source, MigrationView end) throws Exception {
        boolean moved = end.status().equals("ready");
        String target = Fields.text(end.json(), "targetServerId");
        String former = moved ? source.server().serverId() : target;
        assertThat(platform.serverOf(id))
                .as("home of %s after %s", id, end.status())
                .isNotEqualTo(former);
        Leftovers leftovers = new Leftovers(platform);
        Eventually.assertThat("nothing of the move is left", CLEAN, () -> {
            assertThat(leftovers.ofMove(id)).isEmpty();
            assertThatThrownBy(() -> platform.placement(id, former)).isInstanceOf(PlatformException.class);
            if (moved) {
                assertThat(leftovers.ofDatabase(source)).isEmpty();
            } else {
                assertThat(platform.serverFolder(target)).doesNotExist();
                assertThat(processesOf(target)).isEmpty();
            }
        });
    }

    private List<String> processesOf(String server) {
        String folder = platform.serverFolder(server).toString();
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains(folder))
                .toList();
    }
}
