package io.godwit.cli.databases;

import io.godwit.cli.api.ApiPaths;
import io.godwit.cli.session.DatabaseName;
import io.godwit.cli.session.ExitCode;
import io.godwit.cli.session.Session;
import io.godwit.cli.session.TargetOptions;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Takes an existing database under management; no data is moved. */
@Command(name = "adopt", description = "Take an existing database under management; no data is moved.")
final class AdoptCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private TargetOptions options;

    @Parameters(paramLabel = DatabasesCommand.DATABASE, converter = DatabaseName.Converter.class)
    private DatabaseName database;

    @Option(
            names = "--database",
            paramLabel = "DATABASE",
            required = true,
            description = "The database's present name on the server.")
    private String presentName;

    @Override
    public Integer call() {
        String server = options.server()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "Missing required option: '--server=SERVER', the server it lives on"));
        try (Session session = options.open()) {
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", database.name());
            body.set(
                    "adopt",
                    JsonNodeFactory.instance.objectNode().put("server", server).put("database", presentName));
            JsonNode answer =
                    session.api().post("/tenants/" + ApiPaths.segment(database.tenant()) + "/databases", body);
            SequencedMap<String, String> fields = DatabaseView.fields(answer);
            DatabaseView.addConnection(fields, answer);
            session.output().show(answer, fields);
            return ExitCode.DONE;
        }
    }
}
