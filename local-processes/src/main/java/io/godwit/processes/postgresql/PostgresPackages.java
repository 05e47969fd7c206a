package io.godwit.processes.postgresql;

import io.godwit.processes.Commands;
import io.godwit.processes.LocalProcessException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PostgreSQL out of the Debian or Ubuntu packages, unpacked into a folder of ours; nothing is installed. */
final class PostgresPackages {
    private static final Logger log = LoggerFactory.getLogger(PostgresPackages.class);
    private static final Duration UNPACK_TIMEOUT = Duration.ofMinutes(1);
    private static final String SOURCE = "distribution packages";

    private final Path folder;

    /** @param folder everything is kept in here, and used again the next time */
    PostgresPackages(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    /**
     * @return empty where the system has no apt
     * @throws LocalProcessException if the packages can't be had or don't run
     */
    Optional<PostgresInstallation> find() {
        if (!AptPackages.isAvailable()) {
            return Optional.empty();
        }
        try {
            Files.createDirectories(folder);
            Path lockFile = folder.resolve("lock");
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                log.atDebug()
                        .setMessage("package folder locked")
                        .addKeyValue("lock", lock)
                        .log();
                return Optional.of(unpackOnce());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (LocalProcessException e) {
            throw new LocalProcessException(PostgresLocator.missing(e.getMessage()), e);
        }
    }

    private PostgresInstallation unpackOnce() throws IOException {
        Path programs = folder.resolve("bin");
        if (!PostgresInstallation.isComplete(programs)) {
            log.atInfo()
                    .setMessage("no PostgreSQL installed; unpacking the distribution's packages")
                    .addKeyValue("folder", folder)
                    .log();
            Path root = folder.resolve("root");
            for (Path archive : new AptPackages(folder.resolve("apt")).downloadPostgres()) {
                Commands.run(List.of("dpkg-deb", "-x", archive.toString(), root.toString()), Map.of(), UNPACK_TIMEOUT);
            }
            writePrograms(root, programs);
        }
        return PostgresInstallation.open(programs, SOURCE);
    }

    /** The unpacked programs need the unpacked libraries, so each gets a script that names them and executes in place. */
    private static void writePrograms(Path root, Path programs) throws IOException {
        Path unpacked = onlyMatch(root.resolve("usr/lib/postgresql"), "*/bin");
        String libraries = Stream.of("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu")
                .map(root::resolve)
                .map(Path::toString)
                .reduce((first, second) -> first + ":" + second)
                .orElseThrow();
        requireLibraries(unpacked, libraries);
        Files.createDirectories(programs);
        try (Stream<Path> binaries = Files.list(unpacked)) {
            for (Path binary : (Iterable<Path>) binaries::iterator) {
                Path script = programs.resolve(binary.getFileName().toString());
                Path fresh = Files.writeString(
                        script.resolveSibling(script.getFileName() + ".new"), """
                        #!/bin/sh
                        LD_LIBRARY_PATH='%s' exec '%s' "$@"
                        """.formatted(libraries, binary));
                Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
                Files.move(fresh, script, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void requireLibraries(Path unpacked, String libraries) {
        for (String program : PostgresInstallation.PROGRAMS) {
            String linked = Commands.run(
                    List.of("ldd", unpacked.resolve(program).toString()),
                    Map.of("LD_LIBRARY_PATH", libraries),
                    UNPACK_TIMEOUT);
            List<String> absent = linked.lines()
                    .filter(line -> line.contains("not found"))
                    .map(String::strip)
                    .toList();
            if (!absent.isEmpty()) {
                throw new LocalProcessException(program + " lacks libraries: " + String.join(", ", absent));
            }
        }
    }

    private static Path onlyMatch(Path parent, String pattern) throws IOException {
        var matcher = parent.getFileSystem().getPathMatcher("glob:" + parent + "/" + pattern);
        try (Stream<Path> children = Files.walk(parent, 2)) {
            return children.filter(matcher::matches)
                    .findFirst()
                    .orElseThrow(() -> new LocalProcessException("the packages hold no " + parent + "/" + pattern));
        }
    }
}
