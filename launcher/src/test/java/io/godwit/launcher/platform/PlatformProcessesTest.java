package io.godwit.launcher.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.processes.Parts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformProcessesTest {
    @TempDir
    private Path folder;

    @Test
    void aServerThatIsMadeWhileTheServicesEndIsFoundAfterThem() throws IOException {
        PlatformHome home = new PlatformHome(folder);
        PlatformProcesses processes = new PlatformProcesses(
                home,
                new PortPlan(null),
                new PlatformSecrets(home),
                new Installation(folder, new Parts(folder)),
                List.of());

        List<Supplier<List<Member>>> groups = processes.inStopOrder();
        assertThat(groups.getFirst().get()).hasSize(PlatformService.values().length);
        Path data = Files.createDirectories(home.servers().resolve("srv_late/data"));
        Files.writeString(data.resolve("PG_VERSION"), "18\n");

        assertThat(groups.get(1).get()).extracting(Member::name).containsExactly("srv_late");
    }
}
