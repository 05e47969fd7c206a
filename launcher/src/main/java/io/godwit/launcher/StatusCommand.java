package io.godwit.launcher;

import io.godwit.cli.output.Output;
import io.godwit.cli.output.Quantities;
import io.godwit.cli.output.Table;
import io.godwit.cli.session.ExitCode;
import io.godwit.launcher.platform.LocalPlatform;
import io.godwit.launcher.platform.ProcessStatus;
import io.godwit.launcher.platform.ProcessStatus.State;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Shows the processes of the local platform. */
@Command(
        name = "status",
        description = "Show the processes of the local platform.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all are ready", "1:at least one is not"})
final class StatusCommand implements Callable<Integer> {
    private static final String NONE = "-";

    private final LocalPlatform platform;

    @Mixin
    private LocalOptions options;

    StatusCommand(LocalPlatform platform) {
        this.platform = platform;
    }

    @Override
    public Integer call() {
        Output output = options.output();
        List<ProcessStatus> processes = platform.status();
        boolean ready = processes.stream().allMatch(process -> process.state() == State.READY);
        if (output.json()) {
            output.json(json(processes, ready));
        } else {
            print(output, processes, ready);
        }
        return ready ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void print(Output output, List<ProcessStatus> processes, boolean ready) {
        Table table = new Table("process", "state", "pid", "port", "memory", "log");
        for (ProcessStatus process : processes) {
            Long memory = process.memoryBytes();
            table.row(
                    process.name(),
                    lower(process.state()),
                    orNone(process.pid()),
                    orNone(process.port()),
                    memory == null ? NONE : Quantities.bytes(memory),
                    process.log().toString());
        }
        table.lines().forEach(output::line);
        output.line("");
        output.line(ready ? "Ready at " + platform.gatewayUrl() : "Not ready; './godwit up' starts what does not run.");
    }

    private ObjectNode json(List<ProcessStatus> processes, boolean ready) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("home", platform.home().directory().toString());
        json.put("gatewayUrl", platform.gatewayUrl().toString());
        json.put("ready", ready);
        ArrayNode all = json.putArray("processes");
        for (ProcessStatus process : processes) {
            all.addObject()
                    .put("name", process.name())
                    .put("kind", lower(process.kind()))
                    .put("state", lower(process.state()))
                    .put("pid", process.pid())
                    .put("port", process.port())
                    .put("memoryBytes", process.memoryBytes())
                    .put("log", process.log().toString());
        }
        return json;
    }

    private static String orNone(@Nullable Number number) {
        return number == null ? NONE : number.toString();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
