package io.godwit.cli.migrations;

import io.godwit.cli.output.Fields;
import io.godwit.cli.output.Quantities;
import io.godwit.cli.session.DatabaseName;
import io.godwit.cli.session.ExitCode;
import io.godwit.cli.session.Session;
import io.godwit.cli.session.ShortDuration;
import io.godwit.cli.session.TargetOptions;
import io.godwit.cli.session.TierName;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Starts the move of a database, or only says what it would be like. */
@Command(
        name = "migrate",
        description = "Move a live database to another server.",
        footer = "Without --wait the command ends as soon as the migration has begun; see 'godwit migrations watch'.")
public final class MigrateCommand implements Callable<Integer> {
    private static final String DURATION = "DURATION";

    /** What to do with exchanges that still run when the drain timeout is over. */
    enum OnDrainTimeout {
        FORCE,
        ABORT
    }

    /** What to do where replication can't move the database. */
    enum Fallback {
        AUTOMATIC,
        NEVER
    }

    @Mixin
    private TargetOptions options;

    @Parameters(paramLabel = "TENANT/NAME", converter = DatabaseName.Converter.class)
    private DatabaseName database;

    @Option(
            names = "--to",
            paramLabel = "TIER",
            required = true,
            converter = TierName.class,
            description = "dedicated or shared (L2 or L1).")
    private String to;

    @Option(names = "--region", paramLabel = "REGION", description = "Default: where the database is.")
    private @Nullable String region;

    @Option(names = "--dry-run", description = "Only say what preflight finds and what would be done.")
    private boolean dryRun;

    @Option(names = "--wait", description = "Follow the migration until traffic has moved or it has failed.")
    private boolean wait;

    @Option(
            names = "--max-pause",
            paramLabel = DURATION,
            converter = ShortDuration.class,
            description =
                    "The longest pause of the application; longer ones are taken back. From 100ms to 60s; default: 2s.")
    private @Nullable Duration maxPause;

    @Option(
            names = "--drain-timeout",
            paramLabel = DURATION,
            converter = ShortDuration.class,
            description = "How long to try to find the database idle enough, at most 1h. Default: 60s.")
    private @Nullable Duration drainTimeout;

    @Option(
            names = "--on-drain-timeout",
            paramLabel = "ACTION",
            description = "force: end the sessions that can't leave; abort: stay on the source. Default: force.")
    private @Nullable OnDrainTimeout onDrainTimeout;

    @Option(
            names = "--rollback-window",
            paramLabel = DURATION,
            converter = ShortDuration.class,
            description = "How long the move can be undone without losing writes, at most 30d. Default: 1h.")
    private @Nullable Duration rollbackWindow;

    @Option(
            names = "--fallback",
            paramLabel = "POLICY",
            description = "Where replication can't move the database, automatic: move it by backup and restore, holding"
                    + " its clients meanwhile, within --max-pause if that is given, and without a way back; never: fail."
                    + " Default: automatic.")
    private @Nullable Fallback fallback;

    @Override
    public Integer call() throws InterruptedException {
        try (Session session = options.open()) {
            JsonNode answer = session.api().post(database.path() + "/migrations", body());
            if (dryRun) {
                return showPlan(session, answer);
            }
            MigrationView started = new MigrationView(answer);
            String begun = "Migration " + started.id() + " of " + database + " to " + to + " has begun.";
            if (wait) {
                session.output().note(begun);
                return MigrationFollower.follow(session, started.id(), false);
            }
            session.output().done(answer, begun);
            return ExitCode.DONE;
        }
    }

    private ObjectNode body() {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("to", to).put("dryRun", dryRun);
        if (region != null) {
            body.put("region", region);
        }
        options.server().ifPresent(server -> body.put("server", server));
        if (maxPause != null) {
            body.put("maxPauseMs", maxPause.toMillis());
        }
        if (drainTimeout != null) {
            body.put("drainTimeoutMs", drainTimeout.toMillis());
        }
        if (onDrainTimeout != null) {
            body.put("onDrainTimeout", onDrainTimeout.name());
        }
        if (rollbackWindow != null) {
            body.put("rollbackWindow", rollbackWindow.toString());
        }
        if (fallback != null) {
            body.put("fallback", fallback.name());
        }
        return body;
    }

    private Integer showPlan(Session session, JsonNode plan) {
        SequencedMap<String, String> fields = new LinkedHashMap<>();
        fields.put("Database", database.toString());
        fields.put("To", to.toLowerCase(Locale.ROOT));
        fields.put("Server", Fields.text(plan, "target.serverId"));
        fields.put("Method", Fields.text(plan, "method"));
        fields.put("Size", Fields.bytes(plan, "bytes"));
        fields.put(
                "Rows",
                Fields.number(plan, "estimatedRows").stream()
                        .mapToObj(Quantities::count)
                        .findFirst()
                        .orElse("-"));
        fields.put("Sessions", PinnedSessions.count(plan));
        if (Fields.text(plan, "method").equals("restore")) {
            fields.put("Expected pause", Fields.millis(plan, "plan.restore.expectedPauseMs"));
            fields.put("Way back", "none after the switch");
        }
        session.output().show(plan, fields);
        if (!session.output().json()) {
            Findings.lines(plan).forEach(session.output()::line);
            PinnedSessions.lines(plan).forEach(session.output()::line);
        }
        return Findings.blocked(plan) ? ExitCode.REFUSED_BY_PREFLIGHT : ExitCode.DONE;
    }
}
