package io.godwit.processes.postgresql;

import io.godwit.processes.LocalProcessException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries the places where PostgreSQL may be, in order, and says which one it took. */
final class PostgresLocator {
    private static final Logger log = LoggerFactory.getLogger(PostgresLocator.class);

    private final List<Path> systemDirectories;
    private final PostgresPackages packages;

    PostgresLocator(List<Path> systemDirectories, PostgresPackages packages) {
        this.systemDirectories = systemDirectories;
        this.packages = packages;
    }

    static PostgresLocator ofSystem(Path packageFolder) {
        Stream<Path> debian = versionedDirectories(Path.of("/usr/lib/postgresql"), "");
        Stream<Path> redHat = versionedDirectories(Path.of("/usr"), "pgsql-");
        Stream<Path> path = Arrays.stream(
                        Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
                .filter(directory -> !directory.isBlank())
                .map(Path::of);
        return new PostgresLocator(
                Stream.of(debian, redHat, path)
                        .flatMap(directories -> directories)
                        .toList(),
                new PostgresPackages(packageFolder));
    }

    PostgresInstallation locate(@Nullable Path configured) {
        PostgresInstallation found = Optional.ofNullable(configured)
                .map(PostgresLocator::openConfigured)
                .or(this::findInSystem)
                .or(packages::find)
                .orElseThrow(() -> new LocalProcessException(missing(null)));
        log.atInfo()
                .setMessage("PostgreSQL found")
                .addKeyValue("version", found.version())
                .addKeyValue("source", found.source())
                .addKeyValue("directory", found.binDirectory())
                .log();
        return found;
    }

    private static PostgresInstallation openConfigured(Path directory) {
        if (!PostgresInstallation.isComplete(directory)) {
            throw new LocalProcessException("configured PostgreSQL directory " + directory + " is incomplete; expected "
                    + String.join(", ", PostgresInstallation.PROGRAMS) + " in it");
        }
        return PostgresInstallation.open(directory, "configured");
    }

    private Optional<PostgresInstallation> findInSystem() {
        for (Path directory : systemDirectories) {
            if (!PostgresInstallation.isComplete(directory)) {
                continue;
            }
            try {
                return Optional.of(PostgresInstallation.open(directory, "system"));
            } catch (LocalProcessException e) {
                log.atWarn()
                        .setMessage("PostgreSQL passed over")
                        .addKeyValue("directory", directory)
                        .addKeyValue("reason", e.getMessage())
                        .log();
            }
        }
        return Optional.empty();
    }

    static String missing(@Nullable String reason) {
        return "no PostgreSQL " + PostgresInstallation.OLDEST_MAJOR + " or newer with "
                + String.join(", ", PostgresInstallation.PROGRAMS)
                + " found" + (reason == null ? "" : ", and none can be unpacked: " + reason)
                + ". Install it (Debian, Ubuntu: apt install postgresql; Fedora: dnf install postgresql-server), or name"
                + " the folder of its programs in godwit.postgresql.bin-directory";
    }

    /** @return the bin directories below {@code parent}, newest version first */
    private static Stream<Path> versionedDirectories(Path parent, String prefix) {
        if (!Files.isDirectory(parent)) {
            return Stream.empty();
        }
        try (Stream<Path> children = Files.list(parent)) {
            return children
                    .filter(child -> child.getFileName().toString().matches(prefix + "\\d+"))
                    .sorted(Comparator.comparingInt((Path child) -> Integer.parseInt(
                                    child.getFileName().toString().substring(prefix.length())))
                            .reversed())
                    .map(child -> child.resolve("bin"))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
