package io.godwit.processes.redis;

import io.godwit.processes.LocalProcessException;
import io.godwit.processes.packages.AptPackages;
import io.godwit.processes.packages.PackagedPrograms;
import io.godwit.processes.packages.UnpackedPackages;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Redis out of the Debian or Ubuntu packages. */
final class RedisPackages implements PackagedPrograms {
    private static final String SOURCE = "distribution packages";

    private final UnpackedPackages packages;

    /** @param folder everything is kept in here, and used again the next time */
    RedisPackages(Path folder) {
        this.packages = new UnpackedPackages(folder);
    }

    /**
     * @return empty where the system has no apt
     * @throws LocalProcessException if the packages can't be had, don't run, or are too old
     */
    Optional<RedisInstallation> find() {
        try {
            return packages.find(this)
                    .map(programs -> RedisInstallation.open(programs.resolve(RedisInstallation.PROGRAM), SOURCE));
        } catch (LocalProcessException e) {
            throw new LocalProcessException(RedisLocator.missing(e.getMessage()), e);
        }
    }

    @Override
    public String product() {
        return "Redis";
    }

    /** The server's package holds only a link to the program, which is the same as one of the tools. */
    @Override
    public List<String> packages(AptPackages apt) {
        return List.of("redis-server", "redis-tools");
    }

    @Override
    public Path binDirectory(Path root) {
        return root.resolve("usr/bin");
    }

    @Override
    public List<String> required() {
        return List.of(RedisInstallation.PROGRAM);
    }
}
