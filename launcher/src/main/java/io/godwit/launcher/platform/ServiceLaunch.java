package io.godwit.launcher.platform;

import io.godwit.processes.JavaCommand;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Puts together the command line of a service. */
final class ServiceLaunch {
    private final PlatformHome home;
    private final Installation installation;
    private final List<String> javaOptions;
    private final ServiceJars jars;

    /** @param javaOptions besides those that every service has; the last one wins */
    ServiceLaunch(PlatformHome home, Installation installation, List<String> javaOptions) {
        this.home = home;
        this.installation = installation;
        this.javaOptions = javaOptions;
        this.jars = new ServiceJars(home.jars());
    }

    /** The arguments stand in a file: with all the jars of the class path they would hide the rest of a process list. */
    List<String> command(PlatformService service) {
        ServiceJars.Unpacked unpacked = jars.unpack(installation.executable(service));
        List<String> arguments = new ArrayList<>(options(service));
        arguments.add("-cp");
        arguments.add(
                unpacked.classPath().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        arguments.add(unpacked.mainClass());
        Path file = home.records().resolve(service.id() + ".arguments");
        try {
            Files.write(file, arguments.stream().map(ServiceLaunch::quoted).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.of(JavaCommand.java(), "@" + file);
    }

    private List<String> options(PlatformService service) {
        List<String> options = new ArrayList<>(List.of(
                "-Dgodwit.service=" + service.id(),
                "-Xmx" + service.maxHeap(),
                "-Xms64m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-Dfile.encoding=UTF-8",
                "-Dspring.main.banner-mode=off"));
        if (!service.isOnQueryPath()) {
            options.add("-XX:TieredStopAtLevel=1");
        }
        options.addAll(javaOptions);
        return options;
    }

    /** As the java launcher reads argument files: within quotes a backslash escapes. */
    private static String quoted(String argument) {
        return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
