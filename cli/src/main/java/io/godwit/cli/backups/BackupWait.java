package io.godwit.cli.backups;

import io.godwit.cli.api.ApiPaths;
import io.godwit.cli.api.Patience;
import io.godwit.cli.output.Fields;
import io.godwit.cli.output.ProgressLine;
import io.godwit.cli.session.ExitCode;
import io.godwit.cli.session.Session;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/** Looks at a backup until what goes on with it is over. The service itself bounds how long that can take. */
final class BackupWait {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Set<String> RUNNING = Set.of("pending", "running");
    private static final Set<String> GOOD = Set.of("completed", "succeeded");

    private BackupWait() {}

    /** @param part the part of the backup whose status counts */
    static int untilDone(Session session, String id, UnaryOperator<JsonNode> part) throws InterruptedException {
        JsonNode backup = await(session, id, part);
        session.output().show(backup, BackupView.fields(backup));
        return GOOD.contains(status(part.apply(backup))) ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static JsonNode await(Session session, String id, UnaryOperator<JsonNode> part)
            throws InterruptedException {
        Patience patience = session.patience();
        try (ProgressLine progress = new ProgressLine(session.output().out(), session.interactive())) {
            while (true) {
                Optional<JsonNode> seen = patience.ask(() -> session.api().get("/backups/" + ApiPaths.segment(id)));
                if (seen.isPresent()) {
                    JsonNode backup = seen.get();
                    String status = status(part.apply(backup));
                    if (!RUNNING.contains(status)) {
                        return backup;
                    }
                    if (!session.output().json()) {
                        progress.show(OptionalDouble.empty(), id + " " + status + ", " + Fields.bytes(backup, "bytes"));
                    }
                }
                Thread.sleep(LOOK);
            }
        }
    }

    private static String status(JsonNode part) {
        return Fields.text(part, "status");
    }
}
