package io.godwit.cli.tenants;

import io.godwit.cli.api.ApiPaths;
import io.godwit.cli.output.Fields;
import io.godwit.cli.session.ApiOptions;
import io.godwit.cli.session.CommandGroup;
import io.godwit.cli.session.Confirmation;
import io.godwit.cli.session.Deletion;
import io.godwit.cli.session.ExitCode;
import io.godwit.cli.session.Session;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code godwit tenants create|list|show|delete}. */
@Command(name = "tenants", description = "Create, list, show and delete tenants.")
public final class TenantsCommand extends CommandGroup {

    @Command(description = "Create a tenant.")
    int create(
            @Mixin ApiOptions options,
            @Parameters(paramLabel = "TENANT", description = "For example acme.") String tenant) {
        try (Session session = options.open()) {
            JsonNode answer = session.api()
                    .post("/tenants", JsonNodeFactory.instance.objectNode().put("id", tenant));
            session.output().done(answer, "Tenant " + tenant + " created.");
            return ExitCode.DONE;
        }
    }

    @Command(description = "List the tenants.")
    int list(@Mixin ApiOptions options) {
        try (Session session = options.open()) {
            session.output()
                    .list(
                            session.api().list("/tenants"),
                            new String[] {"tenant", "created"},
                            item -> new String[] {Fields.text(item, "id"), Fields.time(item, "createdAt")},
                            "There are no tenants.");
            return ExitCode.DONE;
        }
    }

    @Command(description = "Show a tenant.")
    int show(@Mixin ApiOptions options, @Parameters(paramLabel = "TENANT") String tenant) {
        try (Session session = options.open()) {
            JsonNode answer = session.api().get("/tenants/" + ApiPaths.segment(tenant));
            SequencedMap<String, String> fields = new LinkedHashMap<>();
            fields.put("Tenant", Fields.text(answer, "id"));
            fields.put("Created", Fields.time(answer, "createdAt"));
            session.output().show(answer, fields);
            return ExitCode.DONE;
        }
    }

    @Command(description = "Delete a tenant that has no databases. Its id is never given again.")
    int delete(
            @Mixin ApiOptions options,
            @Mixin Confirmation confirmation,
            @Parameters(paramLabel = "TENANT") String tenant) {
        return Deletion.run(
                options,
                confirmation,
                "Delete tenant " + tenant + " and its tokens? Its id can never be used again.",
                "/tenants/" + ApiPaths.segment(tenant),
                "Tenant " + tenant + " deleted.");
    }
}
