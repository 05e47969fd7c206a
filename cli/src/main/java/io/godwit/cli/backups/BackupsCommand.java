package io.godwit.cli.backups;

import io.godwit.cli.api.ApiPaths;
import io.godwit.cli.output.Fields;
import io.godwit.cli.session.ApiOptions;
import io.godwit.cli.session.CommandGroup;
import io.godwit.cli.session.Confirmation;
import io.godwit.cli.session.DatabaseName;
import io.godwit.cli.session.ExitCode;
import io.godwit.cli.session.Session;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code godwit backups create|list|show|restore|verify}. */
@Command(name = "backups", description = "Create, list, show, restore and verify backups.")
public final class BackupsCommand extends CommandGroup {
    private static final String BACKUP = "BACKUP";
    private static final String DATABASE = "TENANT/NAME";
    private static final String WAIT = "Wait until it is done.";

    @Command(description = "Back a database up.")
    int create(
            @Mixin ApiOptions options,
            @Parameters(paramLabel = DATABASE, converter = DatabaseName.Converter.class) DatabaseName database,
            @Option(names = "--wait", description = WAIT) boolean wait)
            throws InterruptedException {
        try (Session session = options.open()) {
            JsonNode answer = session.api().post(database.path() + "/backups", JsonNodeFactory.instance.objectNode());
            String id = Fields.text(answer, "id");
            String begun = "Backup " + id + " of " + database + " has begun.";
            if (wait) {
                session.output().note(begun);
                return BackupWait.untilDone(session, id, backup -> backup);
            }
            session.output().done(answer, begun);
            return ExitCode.DONE;
        }
    }

    @Command(description = "List a database's backups.")
    int list(
            @Mixin ApiOptions options,
            @Parameters(paramLabel = DATABASE, converter = DatabaseName.Converter.class) DatabaseName database) {
        try (Session session = options.open()) {
            session.output()
                    .list(
                            session.api().list(database.path() + "/backups"),
                            BackupView.HEAD,
                            BackupView::row,
                            "There are no backups of " + database + ".");
            return ExitCode.DONE;
        }
    }

    @Command(description = "Show a backup.")
    int show(@Mixin ApiOptions options, @Parameters(paramLabel = BACKUP) String id) {
        try (Session session = options.open()) {
            JsonNode answer = session.api().get("/backups/" + ApiPaths.segment(id));
            session.output().show(answer, BackupView.fields(answer));
            return ExitCode.DONE;
        }
    }

    @Command(description = "Restore a backup into its database or into another of the same tenant.")
    int restore(
            @Mixin ApiOptions options,
            @Parameters(paramLabel = BACKUP) String id,
            @Option(
                            names = "--into",
                            paramLabel = "NAME",
                            description = "The tenant's database that gets the data; default: the one it was taken of.")
                    @Nullable
                    String into,
            @Option(names = "--replace", description = "Replace the data that the database holds.") boolean replace,
            @Option(names = "--wait", description = WAIT) boolean wait,
            @Mixin Confirmation confirmation)
            throws InterruptedException {
        try (Session session = options.open()) {
            DatabaseName source = databaseOf(session, id);
            DatabaseName target = into == null ? source : new DatabaseName(source.tenant(), into);
            if (!confirmation.ask("Restore " + id + " into " + target + "?")) {
                return ExitCode.FAILED;
            }
            ObjectNode body = JsonNodeFactory.instance
                    .objectNode()
                    .put("into", target.name())
                    .put("confirm", target.toString())
                    .put("replace", replace);
            return act(session, id, "restore", body, wait, "is being restored into " + target + ".");
        }
    }

    @Command(description = "Restore a backup into a scratch database and compare.")
    int verify(
            @Mixin ApiOptions options,
            @Parameters(paramLabel = BACKUP) String id,
            @Option(names = "--wait", description = WAIT) boolean wait)
            throws InterruptedException {
        try (Session session = options.open()) {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            return act(session, id, "verification", "verify", body, wait, "is being verified.");
        }
    }

    private static DatabaseName databaseOf(Session session, String id) {
        JsonNode backup = session.api().get("/backups/" + ApiPaths.segment(id));
        return new DatabaseName.Converter().convert(Fields.text(backup, "database"));
    }

    private static int act(Session session, String id, String action, ObjectNode body, boolean wait, String sentence)
            throws InterruptedException {
        return act(session, id, action, action, body, wait, sentence);
    }

    /** @param field the backup's field that tells how the last such action went */
    private static int act(
            Session session, String id, String field, String action, ObjectNode body, boolean wait, String sentence)
            throws InterruptedException {
        JsonNode answer = session.api().post("/backups/" + ApiPaths.segment(id) + "/" + action, body);
        if (wait) {
            return BackupWait.untilDone(session, id, backup -> backup.path(field));
        }
        session.output().done(answer, "Backup " + id + " " + sentence);
        return ExitCode.DONE;
    }
}
