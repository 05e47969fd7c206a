package io.godwit.processes.redis;

import io.godwit.processes.LocalProcessException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries the places where Redis may be, in order, and says which one it took. */
final class RedisLocator {
    private static final Logger log = LoggerFactory.getLogger(RedisLocator.class);

    private final List<Path> systemDirectories;
    private final RedisPackages packages;

    RedisLocator(List<Path> systemDirectories, RedisPackages packages) {
        this.systemDirectories = systemDirectories;
        this.packages = packages;
    }

    static RedisLocator ofSystem(Path packageFolder) {
        Stream<Path> path = Arrays.stream(
                        Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
                .filter(directory -> !directory.isBlank())
                .map(Path::of);
        Stream<Path> usual = Stream.of(Path.of("/usr/bin"), Path.of("/usr/local/bin"));
        return new RedisLocator(Stream.concat(path, usual).distinct().toList(), new RedisPackages(packageFolder));
    }

    RedisInstallation locate(@Nullable Path configured) {
        RedisInstallation found = Optional.ofNullable(configured)
                .map(RedisLocator::openConfigured)
                .or(this::findInSystem)
                .or(packages::find)
                .orElseThrow(() -> new LocalProcessException(missing(null)));
        log.atInfo()
                .setMessage("Redis found")
                .addKeyValue("version", found.version())
                .addKeyValue("source", found.source())
                .addKeyValue("program", found.serverProgram())
                .log();
        return found;
    }

    private static RedisInstallation openConfigured(Path program) {
        if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
            throw new LocalProcessException(
                    "configured Redis server " + program + " is not there; expected a program that can be run");
        }
        return RedisInstallation.open(program, "configured");
    }

    private Optional<RedisInstallation> findInSystem() {
        for (Path directory : systemDirectories) {
            Path program = directory.resolve(RedisInstallation.PROGRAM);
            if (!Files.isExecutable(program)) {
                continue;
            }
            try {
                return Optional.of(RedisInstallation.open(program, "system"));
            } catch (LocalProcessException e) {
                log.atWarn()
                        .setMessage("Redis passed over")
                        .addKeyValue("program", program)
                        .addKeyValue("reason", e.getMessage())
                        .log();
            }
        }
        return Optional.empty();
    }

    static String missing(@Nullable String reason) {
        return "no " + RedisInstallation.PROGRAM + " " + RedisInstallation.OLDEST_MAJOR + ".0 or newer found"
                + (reason == null ? "" : ", and none can be unpacked: " + reason)
                + ". Install it (Debian, Ubuntu: apt install redis-server; Fedora: dnf install redis), or name the"
                + " program in godwit.redis.server-program";
    }
}
