package io.godwit.processes.postgresql;

import io.godwit.processes.LocalProcessException;
import io.godwit.processes.packages.AptPackages;
import io.godwit.processes.packages.PackagedPrograms;
import io.godwit.processes.packages.UnpackedPackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** PostgreSQL out of the Debian or Ubuntu packages: the newest that the distribution has. */
final class PostgresPackages implements PackagedPrograms {
    private static final Pattern SERVER = Pattern.compile("postgresql-(\\d+)");
    private static final String SOURCE = "distribution packages";

    private final UnpackedPackages packages;

    /** @param folder everything is kept in here, and used again the next time */
    PostgresPackages(Path folder) {
        this.packages = new UnpackedPackages(folder);
    }

    /**
     * @return empty where the system has no apt
     * @throws LocalProcessException if the packages can't be had or don't run
     */
    Optional<PostgresInstallation> find() {
        try {
            return packages.find(this).map(programs -> PostgresInstallation.open(programs, SOURCE));
        } catch (LocalProcessException e) {
            throw new LocalProcessException(PostgresLocator.missing(e.getMessage()), e);
        }
    }

    @Override
    public String product() {
        return "PostgreSQL";
    }

    @Override
    public List<String> packages(AptPackages apt) {
        int version = apt.names("postgresql-").stream()
                .map(SERVER::matcher)
                .filter(Matcher::matches)
                .mapToInt(match -> Integer.parseInt(match.group(1)))
                .max()
                .orElseThrow(() -> new LocalProcessException("the package sources list no postgresql-NN"));
        return List.of("postgresql-" + version, "postgresql-client-" + version);
    }

    @Override
    public Path binDirectory(Path root) throws IOException {
        Path parent = root.resolve("usr/lib/postgresql");
        try (Stream<Path> versions = Files.list(parent)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(Files::isDirectory)
                    .findFirst()
                    .orElseThrow(() -> new LocalProcessException("the packages hold no " + parent + "/*/bin"));
        }
    }

    @Override
    public List<String> required() {
        return PostgresInstallation.PROGRAMS;
    }
}
