package io.godwit.processes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a Java program under the JDK that runs us. */
public final class JavaCommand {
    private JavaCommand() {}

    /** The JVM options for a server whose start-up time and memory count for more than its peak speed. */
    public static List<String> smallServer(String maxHeap) {
        return List.of(
                "-Xmx" + maxHeap,
                "-Xms32m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError");
    }

    /** Keeps the loaded classes in {@code archive}, made at the first clean exit, so that later starts are faster. */
    public static List<String> classArchive(Path archive) {
        return List.of(
                "-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + archive, "-Xshare:auto", "-Xlog:cds=off");
    }

    public static List<String> of(List<String> options, String classPath, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, mainClass));
        command.addAll(arguments);
        return List.copyOf(command);
    }

    /** The program {@code java} of the JDK that runs us. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
