package io.godwit.cli.tokens;

import io.godwit.cli.api.ApiPaths;
import io.godwit.cli.output.Fields;
import io.godwit.cli.session.ApiOptions;
import io.godwit.cli.session.CommandGroup;
import io.godwit.cli.session.ExitCode;
import io.godwit.cli.session.Session;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code godwit token create|list|revoke}. */
@Command(name = "token", description = "Create, list and revoke API tokens.")
public final class TokenCommand extends CommandGroup {

    @Command(description = "Create a token; it is shown once.")
    int create(
            @Mixin ApiOptions options,
            @Parameters(paramLabel = "NAME", description = "Whose token it is, for example ci.") String name,
            @Option(
                            names = "--role",
                            paramLabel = "ROLE",
                            defaultValue = "operator",
                            description = "operator, tenant-admin or viewer; default: ${DEFAULT-VALUE}.")
                    String role,
            @Option(names = "--tenant", paramLabel = "TENANT", description = "The one tenant it is good for.") @Nullable
                    String tenant) {
        try (Session session = options.open()) {
            ObjectNode body =
                    JsonNodeFactory.instance.objectNode().put("name", name).put("role", role);
            if (tenant != null) {
                body.put("tenant", tenant);
            }
            JsonNode answer = session.api().post("/tokens", body);
            SequencedMap<String, String> fields = new LinkedHashMap<>();
            fields.put("Id", Fields.text(answer, "id"));
            fields.put("Name", Fields.text(answer, "name"));
            fields.put("Role", Fields.text(answer, "role"));
            fields.put("Tenant", Fields.text(answer, "tenant"));
            fields.put("Token", Fields.text(answer, "token") + "  (shown only now)");
            session.output().show(answer, fields);
            return ExitCode.DONE;
        }
    }

    @Command(description = "List the tokens, without their secrets.")
    int list(@Mixin ApiOptions options) {
        try (Session session = options.open()) {
            session.output()
                    .list(
                            session.api().list("/tokens"),
                            new String[] {"id", "name", "role", "tenant", "created"},
                            item -> new String[] {
                                Fields.text(item, "id"),
                                Fields.text(item, "name"),
                                Fields.text(item, "role"),
                                Fields.text(item, "tenant"),
                                Fields.time(item, "createdAt")
                            },
                            "There are no tokens.");
            return ExitCode.DONE;
        }
    }

    @Command(description = "Revoke a token at once.")
    int revoke(@Mixin ApiOptions options, @Parameters(paramLabel = "ID") String id) {
        try (Session session = options.open()) {
            JsonNode answer = session.api().delete("/tokens/" + ApiPaths.segment(id));
            session.output().done(answer, "Token " + id + " revoked.");
            return ExitCode.DONE;
        }
    }
}
