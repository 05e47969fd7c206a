package io.godwit.launcher.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServiceEnvironmentTest {
    private static final Pattern LINE = Pattern.compile("( *)([^#:\\s]+):(.*)");
    private static final Pattern LOCAL_ADDRESS = Pattern.compile("127\\.0\\.0\\.1:\\d+");

    @TempDir
    private Path home;

    @ParameterizedTest
    @EnumSource
    void everyLocalAddressAmongAServicesDefaultsIsReplacedByThePlatforms(PlatformService service) throws IOException {
        List<String> variables = localAddresses(service).stream()
                .map(ServiceEnvironment::variable)
                .toList();

        assertThat(environment(service)).containsKeys(variables.toArray(String[]::new));
    }

    @Test
    void provisioningAsksThisPlatformsOrchestrator() throws IOException {
        assertThat(localAddresses(PlatformService.PROVISIONING)).contains("godwit.orchestrator.url");
        assertThat(environment(PlatformService.PROVISIONING))
                .containsEntry("GODWIT_ORCHESTRATOR_URL", "http://127.0.0.1:20009");
    }

    private Map<String, String> environment(PlatformService service) {
        PlatformHome platform = new PlatformHome(home);
        PlatformSecrets secrets = new PlatformSecrets(platform);
        secrets.createMissing();
        return new ServiceEnvironment(platform, new PortPlan(20_000), secrets, Path.of("/usr/bin")).of(service);
    }

    /** @return the properties of the service's own configuration that name a port of this machine */
    private static List<String> localAddresses(PlatformService service) throws IOException {
        List<String> found = new ArrayList<>();
        List<String> path = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("..", service.module(), "src/main/resources/application.yaml"))) {
            Matcher entry = LINE.matcher(line);
            if (entry.matches()) {
                int depth = entry.group(1).length() / 2;
                path.subList(depth, path.size()).clear();
                path.add(entry.group(2));
                if (LOCAL_ADDRESS.matcher(entry.group(3)).find()) {
                    found.add(String.join(".", path));
                }
            }
        }
        return found;
    }
}
