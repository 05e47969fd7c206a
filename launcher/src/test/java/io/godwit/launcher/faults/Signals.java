package io.godwit.launcher.faults;

import io.godwit.processes.Commands;
import io.godwit.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Ends, stops and continues processes of a test's platform. */
public final class Signals {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration ENDED = Duration.ofSeconds(40);

    private Signals() {}

    public static void kill(long pid) throws InterruptedException {
        send("KILL", List.of(pid));
        awaitEnd(pid);
    }

    /**
     * Asks the process to end.
     *
     * @param postgres whether it is PostgreSQL, which takes the usual signal for a wish to wait for its clients
     */
    public static void end(long pid, boolean postgres) {
        send(postgres ? "INT" : "TERM", List.of(pid));
    }

    public static void awaitEnd(long pid) throws InterruptedException {
        Eventually.await("the end of process " + pid, ENDED, () -> stateOf(pid).isEmpty());
    }

    /** Stops the process and its children, as a machine that stands still would. */
    public static Paused pause(long pid) throws InterruptedException {
        Paused paused = new Paused(pid, treeOf(pid));
        send("STOP", paused.tree);
        Eventually.await("process " + pid + " is stopped", SOON, () -> isStopped(pid));
        return paused;
    }

    /** A stopped process; closing lets it go on. */
    public static final class Paused implements AutoCloseable {
        private final long pid;
        private final List<Long> tree;

        private Paused(long pid, List<Long> tree) {
            this.pid = pid;
            this.tree = tree;
        }

        /** Returns when it has been stopped for so long. Whoever retires its server may end it before. */
        public void last(Duration span) throws Exception {
            Eventually.stays("process " + pid + " is stopped", span, () -> isStopped(pid) || ends(pid));
        }

        /** One that is being killed takes a moment, in which it is not stopped either. */
        private static boolean ends(long pid) throws InterruptedException {
            awaitEnd(pid);
            return true;
        }

        @Override
        public void close() {
            send("CONT", tree);
        }
    }

    private static List<Long> treeOf(long pid) {
        return Stream.concat(
                        Stream.of(pid),
                        ProcessHandle.of(pid).stream()
                                .flatMap(ProcessHandle::descendants)
                                .map(ProcessHandle::pid))
                .toList();
    }

    private static void send(String signal, List<Long> pids) {
        for (long pid : pids) {
            // A child may have ended by itself.
            Commands.run(
                    List.of("/bin/sh", "-c", "kill -s " + signal + " " + pid + " 2>/dev/null || true"), Map.of(), SOON);
        }
    }

    private static boolean isStopped(long pid) {
        return stateOf(pid).equals("T");
    }

    /** The first thread may be gone while others still keep the process's ports. */
    private static boolean isAlone(long pid) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return threads.count() <= 1;
        }
    }

    /** The kernel's letter; empty if the process has ended. */
    private static String stateOf(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            String state = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 2)[0];
            boolean ended = state.equals("X") || (state.equals("Z") && isAlone(pid));
            return ended ? "" : state;
        } catch (IOException e) {
            return "";
        }
    }
}
