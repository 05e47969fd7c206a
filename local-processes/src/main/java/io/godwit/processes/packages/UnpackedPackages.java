package io.godwit.processes.packages;

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

/** Debian or Ubuntu packages, unpacked into a folder of ours; nothing is installed. */
public final class UnpackedPackages {
    private static final Logger log = LoggerFactory.getLogger(UnpackedPackages.class);
    private static final Duration UNPACK_TIMEOUT = Duration.ofMinutes(1);

    private final Path folder;

    /** @param folder everything is kept in here, and used again the next time */
    public UnpackedPackages(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    /**
     * @return the folder with the programs, each of which can be run by its path; empty where the system has no apt
     * @throws LocalProcessException if the packages can't be had or don't run
     */
    public Optional<Path> find(PackagedPrograms wanted) {
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
                return Optional.of(unpackOnce(wanted));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path unpackOnce(PackagedPrograms wanted) throws IOException {
        Path programs = folder.resolve("bin");
        if (wanted.required().stream().allMatch(program -> Files.isExecutable(programs.resolve(program)))) {
            return programs;
        }
        log.atInfo()
                .setMessage("not installed; unpacking the distribution's packages")
                .addKeyValue("server", wanted.product())
                .addKeyValue("folder", folder)
                .log();
        Path root = folder.resolve("root");
        AptPackages apt = new AptPackages(folder.resolve("apt"));
        apt.update();
        for (Path archive : apt.download(wanted.packages(apt))) {
            Commands.run(List.of("dpkg-deb", "-x", archive.toString(), root.toString()), Map.of(), UNPACK_TIMEOUT);
        }
        writePrograms(root, wanted, programs);
        return programs;
    }

    /** The unpacked programs need the unpacked libraries, so each gets a script that names them and executes in place. */
    private static void writePrograms(Path root, PackagedPrograms wanted, Path programs) throws IOException {
        Path unpacked = wanted.binDirectory(root);
        String libraries = Stream.of("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu")
                .map(root::resolve)
                .map(Path::toString)
                .reduce((first, second) -> first + ":" + second)
                .orElseThrow();
        for (String program : wanted.required()) {
            requireLibraries(unpacked.resolve(program), libraries);
        }
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

    private static void requireLibraries(Path program, String libraries) {
        String linked =
                Commands.run(List.of("ldd", program.toString()), Map.of("LD_LIBRARY_PATH", libraries), UNPACK_TIMEOUT);
        List<String> absent = linked.lines()
                .filter(line -> line.contains("not found"))
                .map(String::strip)
                .toList();
        if (!absent.isEmpty()) {
            throw new LocalProcessException(program.getFileName() + " lacks libraries: " + String.join(", ", absent));
        }
    }
}
