package io.godwit.launcher;

import io.godwit.cli.output.Output;
import io.godwit.cli.session.ExitCode;
import io.godwit.launcher.platform.LocalPlatform;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Stops the local platform. */
@Command(name = "down", description = "Stop the local platform with all its tenant servers. Data stays, unless purged.")
final class DownCommand implements Callable<Integer> {
    private final LocalPlatform platform;

    @Mixin
    private LocalOptions options;

    @Option(
            names = "--purge",
            description = "Delete all data of the platform too: tenants' databases, backups, secrets.")
    private boolean purge;

    DownCommand(LocalPlatform platform) {
        this.platform = platform;
    }

    @Override
    public Integer call() {
        Output output = options.output();
        List<String> stopped = purge ? platform.purge() : platform.stop();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        stopped.forEach(json.putArray("stopped")::add);
        json.put("purged", purge);
        String sentence = stopped.isEmpty() ? "Nothing was running." : "Stopped " + stopped.size() + " processes.";
        output.done(
                json,
                purge
                        ? sentence + " Deleted the platform's data in "
                                + platform.home().directory() + "."
                        : sentence);
        return ExitCode.DONE;
    }
}
