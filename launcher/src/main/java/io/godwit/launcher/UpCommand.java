package io.godwit.launcher;

import io.godwit.cli.output.Output;
import io.godwit.cli.session.ExitCode;
import io.godwit.cli.session.LocalPlatformFiles;
import io.godwit.launcher.platform.LocalPlatform;
import io.godwit.launcher.platform.PlatformPort;
import io.godwit.launcher.platform.PlatformStart;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Starts the local platform, or what of it does not run. */
@Command(
        name = "up",
        description = "Start the local platform: a broker, the stores and the services, each a local process.",
        footer = {
            "",
            "State is kept in $$GODWIT_HOME (default ~/.godwit). Ports are the usual ones if they are free, otherwise"
                    + " a range of free ones, or the ports from $$GODWIT_PORT_BASE up."
        })
final class UpCommand implements Callable<Integer> {
    private final LocalPlatform platform;

    @Mixin
    private LocalOptions options;

    UpCommand(LocalPlatform platform) {
        this.platform = platform;
    }

    @Override
    public Integer call() {
        Output output = options.output();
        PlatformStart start = platform.start(new PrintedProgress(output.json() ? output.err() : output.out()));
        if (output.json()) {
            output.json(json(start));
        } else {
            print(output, start);
        }
        return ExitCode.DONE;
    }

    private void print(Output output, PlatformStart start) {
        output.line(
                start.wasRunning()
                        ? "The platform runs already."
                        : "Ready in " + PrintedProgress.seconds(start.duration()) + ".");
        output.line("  gateway     " + platform.gatewayUrl());
        output.line("  PostgreSQL  127.0.0.1:" + platform.port(PlatformPort.PROXY_POSTGRESQL) + " (the routing proxy)");
        output.line("  Redis       127.0.0.1:" + platform.port(PlatformPort.PROXY_REDIS) + " (the routing proxy)");
        output.line("  token       " + platform.home().directory().resolve(LocalPlatformFiles.OPERATOR_TOKEN));
        output.line("  logs        " + platform.home().logs());
    }

    private ObjectNode json(PlatformStart start) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("home", platform.home().directory().toString());
        json.put("gatewayUrl", platform.gatewayUrl().toString());
        json.putObject("proxyPorts")
                .put("postgresql", platform.port(PlatformPort.PROXY_POSTGRESQL))
                .put("redis", platform.port(PlatformPort.PROXY_REDIS));
        json.put("seconds", start.duration().toMillis() / 1000.0);
        start.started().forEach(json.putArray("started")::add);
        return json;
    }
}
