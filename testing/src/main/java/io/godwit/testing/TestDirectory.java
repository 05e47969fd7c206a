package io.godwit.testing;

import io.godwit.processes.DirectoryTree;
import io.godwit.processes.ManagedProcess;
import io.godwit.processes.ProcessRecord;
import io.godwit.processes.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;

/**
 * The folder {@code target/godwit-test/<pid>} of this test run, and the servers in it. When the JVM ends, the servers
 * are stopped and the folder is deleted; what a killed run left behind is cleared away by the next.
 */
public final class TestDirectory {
    private static final Path ALL = Path.of("target", "godwit-test").toAbsolutePath();
    /** A server's record, and that of a database's own process in it: {@code servers/<server>/databases/<name>/…}. */
    private static final int RECORD_DEPTH = 5;

    private static final Path OURS =
            ALL.resolve(Long.toString(ProcessHandle.current().pid()));
    private static final Deque<ManagedProcess> processes = new ArrayDeque<>();

    static {
        try {
            clearLeftovers();
            DirectoryTree.delete(OURS);
            Files.createDirectories(OURS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(TestDirectory::close, "test-servers-stop"));
    }

    private TestDirectory() {}

    /** @return the path of a file or folder of this test run; the name must be new */
    public static Path resolve(String name) {
        return OURS.resolve(name);
    }

    /** Has the process killed when the JVM ends. */
    public static void killAtEnd(ManagedProcess process) {
        synchronized (processes) {
            processes.push(process);
        }
    }

    private static void close() {
        synchronized (processes) {
            processes.forEach(ManagedProcess::kill);
        }
        try {
            DirectoryTree.delete(OURS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void clearLeftovers() throws IOException {
        if (!Files.isDirectory(ALL)) {
            return;
        }
        try (Stream<Path> runs = Files.list(ALL)) {
            for (Path run : (Iterable<Path>) runs::iterator) {
                long pid = Long.parseLong(run.getFileName().toString());
                if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty()) {
                    killRecorded(run);
                    DirectoryTree.delete(run);
                }
            }
        }
    }

    private static void killRecorded(Path run) throws IOException {
        try (Stream<Path> files = Files.find(
                run,
                RECORD_DEPTH,
                (file, attributes) -> file.getFileName().toString().equals("process.properties"))) {
            files.map(ProcessRecord::new)
                    .flatMap(record -> record.findAlive().stream())
                    .forEach(StopSignal.KILL::sendTo);
        }
    }
}
