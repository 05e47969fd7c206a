package io.godwit.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetachedProcessTest {
    @TempDir
    private Path directory;

    private DetachedProcess process;

    @BeforeEach
    void nameIt() {
        process = find();
    }

    @AfterEach
    void end() {
        process.kill();
    }

    @Test
    void isFoundAgainByAnyoneWhoKnowsItsRecord() {
        sleepFor("60");

        assertThat(find().running()).isPresent().isEqualTo(process.running());
    }

    @Test
    void aSecondLaunchDoesNothing() {
        sleepFor("60");
        ProcessIdentity first = process.running().orElseThrow();

        find().launch(List.of("sleep", "60"), Map.of(), directory);

        assertThat(process.running()).contains(first);
    }

    @Test
    void runsInASessionOfItsOwn() {
        sleepFor("60");
        long pid = process.running().orElseThrow().pid();

        // A new session begins when setsid runs, which is a moment after the launch.
        process.awaitReady(() -> sessionOf(pid).equals(Long.toString(pid)), Duration.ofSeconds(10));
    }

    @Test
    void neverEndsAnotherProcessThatGotTheSamePid() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "60").start();
        try {
            ProcessIdentity now = ProcessIdentity.of(stranger.pid()).orElseThrow();
            process.adopt(new ProcessIdentity(now.pid(), now.startTicks() - 1, now.bootId()));

            assertThat(process.running()).isEmpty();
            process.stop(StopSignal.KILL, Duration.ofSeconds(5));
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly().waitFor();
        }
    }

    @Test
    void killsWhatDoesNotStopWhenAsked() {
        process.launch(List.of("sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"), Map.of(), directory);
        process.awaitReady(() -> LogTail.of(process.logFile(), 1).contains("deaf"), Duration.ofSeconds(10));
        ProcessIdentity deaf = process.running().orElseThrow();

        process.stop(StopSignal.TERM, Duration.ofMillis(200));

        assertThat(deaf.isAlive()).isFalse();
        assertThat(process.running()).isEmpty();
    }

    @Test
    void saysWithItsLogWhyItDidNotComeUp() {
        process.launch(List.of("sh", "-c", "echo disk is full; exit 3"), Map.of(), directory);

        assertThatThrownBy(() -> process.awaitReady(() -> false, Duration.ofSeconds(20)))
                .isInstanceOf(LocalProcessException.class)
                .hasMessageContaining("probe ended before it was ready")
                .hasMessageContaining("disk is full");
    }

    @Test
    void saysThatItIsNotReadyInTime() {
        sleepFor("60");

        assertThatThrownBy(() -> process.awaitReady(() -> false, Duration.ofMillis(100)))
                .isInstanceOf(LocalProcessException.class)
                .hasMessageContaining("probe is not ready after");
    }

    @Test
    void anUnreadableRecordIsAnErrorAndNotAbsence() throws IOException {
        Files.writeString(directory.resolve("process.properties"), "pid=none");

        assertThatThrownBy(process::running)
                .isInstanceOf(LocalProcessException.class)
                .hasMessageContaining("process.properties is unreadable");
        Files.delete(directory.resolve("process.properties"));
    }

    private static String sessionOf(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void sleepFor(String seconds) {
        process.launch(List.of("sleep", seconds), Map.of(), directory);
    }

    private DetachedProcess find() {
        return new DetachedProcess("probe", directory.resolve("process.properties"), directory.resolve("log"));
    }
}
