package io.godwit.cli.databases;

import io.godwit.cli.api.ApiClient;
import io.godwit.cli.api.ApiPaths;
import io.godwit.cli.output.Fields;
import io.godwit.cli.session.ApiOptions;
import io.godwit.cli.session.CommandGroup;
import io.godwit.cli.session.Confirmation;
import io.godwit.cli.session.DatabaseName;
import io.godwit.cli.session.Deletion;
import io.godwit.cli.session.ExitCode;
import io.godwit.cli.session.Session;
import io.godwit.cli.session.TierName;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code godwit databases create|list|show|delete|adopt}. */
@Command(
        name = "databases",
        description = "Create, list, show, delete and adopt tenants' databases.",
        subcommands = AdoptCommand.class)
public final class DatabasesCommand extends CommandGroup {
    static final String DATABASE = "TENANT/NAME";

    @Command(description = "Create a database; its password is shown once.")
    int create(
            @Mixin ApiOptions options,
            @Parameters(paramLabel = DATABASE, converter = DatabaseName.Converter.class) DatabaseName database,
            @Option(names = "--engine", paramLabel = "ENGINE", required = true, description = "postgresql or redis.")
                    String engine,
            @Option(
                            names = "--tier",
                            paramLabel = "TIER",
                            defaultValue = "shared",
                            converter = TierName.class,
                            description = "shared or dedicated; default: ${DEFAULT-VALUE}.")
                    String tier,
            @Option(names = "--region", paramLabel = "REGION", description = "Default: the platform's own.") @Nullable
                    String region) {
        try (Session session = options.open()) {
            ObjectNode body = JsonNodeFactory.instance
                    .objectNode()
                    .put("name", database.name())
                    .put("engine", engine)
                    .put("tier", tier);
            if (region != null) {
                body.put("region", region);
            }
            JsonNode answer =
                    session.api().post("/tenants/" + ApiPaths.segment(database.tenant()) + "/databases", body);
            SequencedMap<String, String> fields = DatabaseView.fields(answer);
            DatabaseView.addConnection(fields, answer);
            session.output().show(answer, fields);
            return ExitCode.DONE;
        }
    }

    @Command(description = "List the databases of one tenant, or of all.")
    int list(@Mixin ApiOptions options, @Parameters(paramLabel = "TENANT", arity = "0..1") @Nullable String tenant) {
        try (Session session = options.open()) {
            ObjectNode answer = tenant == null ? listAll(session.api()) : listOf(session.api(), tenant);
            session.output().list(answer, DatabaseView.HEAD, DatabaseView::row, "There are no databases.");
            return ExitCode.DONE;
        }
    }

    @Command(description = "Show a database: status, tier, server, size, last migration.")
    int show(
            @Mixin ApiOptions options,
            @Parameters(paramLabel = DATABASE, converter = DatabaseName.Converter.class) DatabaseName database) {
        try (Session session = options.open()) {
            JsonNode answer = session.api().get(database.path());
            session.output().show(answer, DatabaseView.fields(answer));
            return ExitCode.DONE;
        }
    }

    @Command(description = "Delete a database with all its data.")
    int delete(
            @Mixin ApiOptions options,
            @Mixin Confirmation confirmation,
            @Parameters(paramLabel = DATABASE, converter = DatabaseName.Converter.class) DatabaseName database) {
        return Deletion.run(
                options,
                confirmation,
                "Delete " + database + " with all its data?",
                database.path(),
                "Database " + database + " deleted.");
    }

    private static ObjectNode listOf(ApiClient api, String tenant) {
        return api.list("/tenants/" + ApiPaths.segment(tenant) + "/databases");
    }

    private static ObjectNode listAll(ApiClient api) {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        List<String> tenants = api.list("/tenants").path("items").values().stream()
                .map(tenant -> Fields.text(tenant, "id"))
                .toList();
        tenants.forEach(tenant -> listOf(api, tenant).path("items").forEach(items::add));
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        all.set("items", items);
        return all.putNull("nextCursor");
    }
}
