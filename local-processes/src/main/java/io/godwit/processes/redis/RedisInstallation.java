package io.godwit.processes.redis;

import io.godwit.processes.Commands;
import io.godwit.processes.LocalProcessException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Redis' server program.
 *
 * @param serverProgram can be run by its path without further environment
 * @param version as the server reports it, for example {@code 7.0.15}
 * @param source where it comes from, for people
 */
public record RedisInstallation(Path serverProgram, String version, String source) {
    static final String PROGRAM = "redis-server";

    /** The first version whose append-only files and access rules the move relies on. */
    static final int OLDEST_MAJOR = 7;

    /** {@code Redis server v=7.0.15 sha=…}; forks with another name are other products. */
    private static final Pattern VERSION = Pattern.compile("^Redis server v=((\\d+)[.\\w-]*)");

    private static final Duration VERSION_TIMEOUT = Duration.ofSeconds(10);

    /**
     * Looks for the program: {@code configured}, among the system's, then in the distribution's packages, which are
     * unpacked into {@code packageFolder} without root's rights.
     *
     * @param configured the operator's choice; nothing else is tried where it is given
     * @throws LocalProcessException saying what to install, if there is none
     */
    public static RedisInstallation locate(@Nullable Path configured, Path packageFolder) {
        return RedisLocator.ofSystem(packageFolder).locate(configured);
    }

    /** @throws LocalProcessException if the program doesn't run or is too old */
    static RedisInstallation open(Path program, String source) {
        String answer = Commands.run(List.of(program.toString(), "--version"), Map.of(), VERSION_TIMEOUT);
        Matcher matcher = VERSION.matcher(answer);
        if (!matcher.find()) {
            throw new LocalProcessException(
                    program + " answers '" + answer.strip() + "'; expected the version of a Redis server");
        }
        if (Integer.parseInt(matcher.group(2)) < OLDEST_MAJOR) {
            throw new LocalProcessException("Redis " + matcher.group(1) + " in " + program + " is too old; expected "
                    + OLDEST_MAJOR + ".0 or newer");
        }
        return new RedisInstallation(program, matcher.group(1), source);
    }
}
