package io.godwit.launcher.demo;

import io.godwit.cli.output.Quantities;
import io.godwit.engines.EngineId;
import io.godwit.launcher.platform.LocalPlatform;
import io.godwit.launcher.platform.ProcessStatus;
import io.godwit.launcher.platform.StartProgress;
import io.godwit.processes.LocalProcessException;
import io.godwit.processes.redis.RedisInstallation;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** The demo on the local platform. */
public final class LocalDemoPlatform implements DemoPlatform {
    private final LocalPlatform platform;

    public LocalDemoPlatform(LocalPlatform platform) {
        this.platform = platform;
    }

    @Override
    public boolean isRunning() {
        return platform.status().stream().anyMatch(process -> process.state() != ProcessStatus.State.STOPPED);
    }

    @Override
    public void start(Consumer<String> notes) {
        platform.start(new StartProgress() {
            @Override
            public void note(String text) {
                notes.accept("  " + text);
            }

            @Override
            public void ready(String process, Duration after) {
                notes.accept("  " + process + " after " + Quantities.duration(after));
            }
        });
    }

    @Override
    public Optional<String> missing(EngineId engine) {
        return switch (engine) {
            // The platform itself does not start without.
            case POSTGRESQL -> Optional.empty();
            case REDIS -> {
                try {
                    // Where the provisioning service looks, too.
                    RedisInstallation.locate(null, platform.home().directory().resolve("redis"));
                    yield Optional.empty();
                } catch (LocalProcessException e) {
                    yield Optional.of(String.valueOf(e.getMessage()));
                }
            }
        };
    }

    @Override
    public URI gatewayUrl() {
        return platform.gatewayUrl();
    }

    @Override
    public String operatorToken() {
        return platform.operatorToken();
    }

    @Override
    public void stop() {
        platform.stop();
    }
}
