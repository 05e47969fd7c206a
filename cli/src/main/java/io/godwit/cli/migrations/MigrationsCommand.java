package io.godwit.cli.migrations;

import io.godwit.cli.api.ApiPaths;
import io.godwit.cli.output.Fields;
import io.godwit.cli.output.Table;
import io.godwit.cli.session.ApiOptions;
import io.godwit.cli.session.CommandGroup;
import io.godwit.cli.session.ExitCode;
import io.godwit.cli.session.Session;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code godwit migrations list|show|watch|cancel|rollback|complete}. */
@Command(name = "migrations", description = "List, show, watch, cancel, roll back and complete migrations.")
public final class MigrationsCommand extends CommandGroup {
    private static final String ID = "MIGRATION";

    @Command(description = "List the migrations.")
    int list(
            @Mixin ApiOptions options,
            @Option(names = "--tenant", paramLabel = "TENANT", description = "Only this tenant's.") @Nullable
                    String tenant,
            @Option(names = "--status", paramLabel = "STATUS", description = "Only those with this status.") @Nullable
                    String status) {
        List<String> filters = new ArrayList<>();
        if (tenant != null) {
            filters.add("tenant=" + ApiPaths.segment(tenant));
        }
        if (status != null) {
            filters.add("status=" + ApiPaths.segment(status));
        }
        String query = filters.isEmpty() ? "" : "?" + String.join("&", filters);
        try (Session session = options.open()) {
            session.output()
                    .list(
                            session.api().list("/migrations" + query),
                            MigrationView.HEAD,
                            item -> new MigrationView(item).row(),
                            "There are no migrations.");
            return ExitCode.DONE;
        }
    }

    @Command(description = "Show a migration and its timeline.")
    int show(@Mixin ApiOptions options, @Parameters(paramLabel = ID) String id) {
        try (Session session = options.open()) {
            JsonNode answer = session.api().get(ApiPaths.migration(id));
            session.output().show(answer, new MigrationView(answer).fields());
            if (!session.output().json()) {
                Findings.lines(answer).forEach(session.output()::line);
                PinnedSessions.lines(answer).forEach(session.output()::line);
                timeline(answer).forEach(session.output()::line);
            }
            return ExitCode.DONE;
        }
    }

    @Command(description = "Follow a migration until traffic has moved or it has failed.")
    int watch(@Mixin ApiOptions options, @Parameters(paramLabel = ID) String id) throws InterruptedException {
        try (Session session = options.open()) {
            return MigrationFollower.follow(session, id, true);
        }
    }

    @Command(description = "Give up a running migration; the database stays on its source.")
    int cancel(@Mixin ApiOptions options, @Parameters(paramLabel = ID) String id) {
        return act(options, id, "cancel", "is being cancelled.");
    }

    @Command(description = "Move back inside the rollback window, with all writes made since.")
    int rollback(@Mixin ApiOptions options, @Parameters(paramLabel = ID) String id) {
        return act(options, id, "rollback", "is being rolled back.");
    }

    @Command(description = "End the rollback window now and free the old server.")
    int complete(@Mixin ApiOptions options, @Parameters(paramLabel = ID) String id) {
        return act(options, id, "complete", "is being completed.");
    }

    private static int act(ApiOptions options, String id, String action, String sentence) {
        try (Session session = options.open()) {
            JsonNode answer =
                    session.api().post(ApiPaths.migration(id) + "/" + action, JsonNodeFactory.instance.objectNode());
            session.output().done(answer, "Migration " + id + " " + outcome(answer, sentence));
            return ExitCode.DONE;
        }
    }

    /** @param sentence what happens now, unless all of it has happened before */
    private static String outcome(JsonNode migration, String sentence) {
        return migration.path("endedAt").isString()
                ? "had ended already, at " + Fields.time(migration, "endedAt") + ", with status "
                        + new MigrationView(migration).status() + "."
                : sentence;
    }

    private static List<String> timeline(JsonNode migration) {
        Table table = new Table("started", "step", "attempt", "outcome", "detail");
        for (JsonNode entry : migration.path("timeline").values()) {
            table.row(
                    Fields.time(entry, "startedAt"),
                    Fields.text(entry, "step"),
                    Fields.text(entry, "attempt"),
                    Fields.text(entry, "outcome"),
                    Fields.text(entry, "detail"));
        }
        return table.lines();
    }
}
