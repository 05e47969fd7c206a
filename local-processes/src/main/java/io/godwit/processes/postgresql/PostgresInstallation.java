package io.godwit.processes.postgresql;

import io.godwit.processes.Commands;
import io.godwit.processes.LocalProcessException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's programs.
 *
 * @param binDirectory holds all of {@link #PROGRAMS}; each can be run by its path without further environment
 * @param version as the server reports it, for example {@code 15.18}
 * @param source where it comes from, for people
 */
public record PostgresInstallation(Path binDirectory, String version, String source) {
    /** What Godwit runs: the server itself, and the tools that copy servers and schemas and make backups. */
    static final List<String> PROGRAMS =
            List.of("initdb", "postgres", "pg_dump", "pg_restore", "psql", "pg_basebackup", "pg_controldata");

    /** The first version whose logical replication the move relies on. */
    static final int OLDEST_MAJOR = 14;

    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) ((\\d+)[.\\w]*)");
    private static final Duration VERSION_TIMEOUT = Duration.ofSeconds(10);

    /**
     * Looks for an installation: in {@code configured}, among the system's, then in the distribution's packages, which
     * are unpacked into {@code packageFolder} without root's rights.
     *
     * @param configured the operator's choice; nothing else is tried where it is given
     * @throws LocalProcessException saying what to install, if there is none
     */
    public static PostgresInstallation locate(@Nullable Path configured, Path packageFolder) {
        return PostgresLocator.ofSystem(packageFolder).locate(configured);
    }

    public Path program(String name) {
        return binDirectory.resolve(name);
    }

    public int majorVersion() {
        return Integer.parseInt(version.split("\\D", 2)[0]);
    }

    /** @return whether all programs are there; says nothing about whether they run */
    static boolean isComplete(Path binDirectory) {
        return PROGRAMS.stream().allMatch(program -> Files.isExecutable(binDirectory.resolve(program)));
    }

    /** @throws LocalProcessException if the programs don't run or are too old */
    static PostgresInstallation open(Path binDirectory, String source) {
        String answer = Commands.run(
                List.of(binDirectory.resolve("postgres").toString(), "--version"), Map.of(), VERSION_TIMEOUT);
        Matcher matcher = VERSION.matcher(answer);
        if (!matcher.find()) {
            throw new LocalProcessException(
                    binDirectory + "/postgres answers '" + answer.strip() + "'; expected a PostgreSQL version");
        }
        if (Integer.parseInt(matcher.group(2)) < OLDEST_MAJOR) {
            throw new LocalProcessException("PostgreSQL " + matcher.group(1) + " in " + binDirectory
                    + " is too old; expected " + OLDEST_MAJOR + " or newer");
        }
        return new PostgresInstallation(binDirectory, matcher.group(1), source);
    }
}
