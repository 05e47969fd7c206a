package io.godwit.cli.servers;

import io.godwit.cli.api.ApiPaths;
import io.godwit.cli.output.Fields;
import io.godwit.cli.output.Table;
import io.godwit.cli.session.ApiOptions;
import io.godwit.cli.session.CommandGroup;
import io.godwit.cli.session.Confirmation;
import io.godwit.cli.session.Deletion;
import io.godwit.cli.session.ExitCode;
import io.godwit.cli.session.Session;
import io.godwit.cli.session.TierName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code godwit servers provision|register|list|show|drain|remove}. */
@Command(
        name = "servers",
        description = "Provision, register, list, show, drain and remove database servers.",
        subcommands = RegisterCommand.class)
public final class ServersCommand extends CommandGroup {

    @Command(description = "Make a new database server.")
    int provision(
            @Mixin ApiOptions options,
            @Option(names = "--engine", paramLabel = "ENGINE", required = true, description = "postgresql or redis.")
                    String engine,
            @Option(
                            names = "--tier",
                            paramLabel = "TIER",
                            defaultValue = "shared",
                            converter = TierName.class,
                            description = "shared or dedicated; default: ${DEFAULT-VALUE}.")
                    String tier,
            @Option(names = "--region", paramLabel = "REGION") @Nullable String region) {
        try (Session session = options.open()) {
            ObjectNode body =
                    JsonNodeFactory.instance.objectNode().put("engine", engine).put("tier", tier);
            if (region != null) {
                body.put("region", region);
            }
            JsonNode answer = session.api().post("/servers", body);
            session.output().show(answer, fields(answer));
            return ExitCode.DONE;
        }
    }

    @Command(description = "List the servers.")
    int list(@Mixin ApiOptions options) {
        try (Session session = options.open()) {
            session.output()
                    .list(
                            session.api().list("/servers"),
                            new String[] {
                                "server",
                                "name",
                                "engine",
                                "version",
                                "tier",
                                "region",
                                "provider",
                                "status",
                                "address",
                                "databases"
                            },
                            server -> fields(server).values().toArray(String[]::new),
                            "There are no servers.");
            return ExitCode.DONE;
        }
    }

    @Command(description = "Show a server.")
    int show(@Mixin ApiOptions options, @Parameters(paramLabel = "SERVER") String id) {
        try (Session session = options.open()) {
            JsonNode answer = session.api().get("/servers/" + ApiPaths.segment(id));
            session.output().show(answer, fields(answer));
            return ExitCode.DONE;
        }
    }

    @Command(description = "Move every database off a server.")
    int drain(@Mixin ApiOptions options, @Parameters(paramLabel = "SERVER") String id) {
        try (Session session = options.open()) {
            JsonNode answer = session.api()
                    .post("/servers/" + ApiPaths.segment(id) + "/drain", JsonNodeFactory.instance.objectNode());
            session.output().done(answer, "Server " + id + " takes no new databases.");
            if (!session.output().json()) {
                drained(answer).forEach(session.output()::line);
            }
            return ExitCode.DONE;
        }
    }

    @Command(description = "Remove an empty server; one that Godwit made is destroyed.")
    int remove(
            @Mixin ApiOptions options, @Mixin Confirmation confirmation, @Parameters(paramLabel = "SERVER") String id) {
        return Deletion.run(
                options,
                confirmation,
                "Remove server " + id + "?",
                "/servers/" + ApiPaths.segment(id),
                "Server " + id + " removed.");
    }

    private static List<String> drained(JsonNode answer) {
        Table table = new Table("database", "migration", "problem");
        for (JsonNode asked : answer.path("databases").values()) {
            table.row(Fields.text(asked, "database"), Fields.text(asked, "migration"), Fields.text(asked, "detail"));
        }
        return table.lines();
    }

    static SequencedMap<String, String> fields(JsonNode server) {
        SequencedMap<String, String> fields = new LinkedHashMap<>();
        fields.put("Server", Fields.text(server, "id"));
        fields.put("Name", Fields.text(server, "name"));
        fields.put("Engine", Fields.text(server, "engine"));
        fields.put("Version", Fields.text(server, "version"));
        fields.put("Tier", Fields.text(server, "tier"));
        fields.put("Region", Fields.text(server, "region"));
        fields.put("Provider", Fields.text(server, "provider"));
        fields.put("Status", Fields.text(server, "status"));
        fields.put("Address", Fields.text(server, "host") + ":" + Fields.text(server, "port"));
        fields.put("Databases", Fields.text(server, "databases"));
        return fields;
    }
}
