package io.godwit.backup.engine.redis;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.events.Failure;
import io.godwit.processes.LogTail;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says from a scratch server's log why it has ended. Only the server's own words are told; others may name keys. */
final class RedisScratchLog {
    static final String PORT_TAKEN = "PORT_TAKEN";

    private static final int LINES = 400;
    private static final String INITIALIZED = "Server initialized";
    private static final String NEWER = "Can't handle RDB format version";

    /** What the server writes for damaged archives (rdb.c, redis-check-rdb.c), by what it means. */
    private static final Map<String, String> DAMAGES = Map.of(
            "Wrong signature", "it is no RDB file",
            "RDB CRC error", "its checksum is wrong",
            "Wrong RDB checksum", "its checksum is wrong",
            "Unexpected EOF", "it ends too early",
            "Short read", "it ends too early");

    private RedisScratchLog() {}

    static OperationFailedException failureIn(Path log) {
        List<String> lines = ofLastStart(LogTail.of(log, LINES));
        if (find(lines, "Address already in use").isPresent()) {
            return new OperationFailedException(
                    PORT_TAKEN, "redis-server found its port in use", Failure.Kind.TRANSIENT);
        }
        if (find(lines, "failed to execute").isPresent()) {
            return new OperationFailedException(
                    "TOOL_MISSING",
                    "redis-server can't be started; expected an executable program in godwit.redis.server-program",
                    Failure.Kind.INTERNAL);
        }
        if (find(lines, INITIALIZED).isEmpty()) {
            // It has not come to the archive yet, so that its words are of its settings.
            return new OperationFailedException(
                    "SCRATCH_FAILED",
                    "redis-server can't be started: " + (lines.isEmpty() ? "it says nothing" : lines.getLast()),
                    Failure.Kind.INTERNAL);
        }
        Optional<String> newer = find(lines, NEWER);
        if (newer.isPresent()) {
            return new OperationFailedException(
                    "ARCHIVE_TOO_NEW",
                    "the archive has the RDB version " + after(newer.get(), NEWER)
                            + "; expected one that the backup service's redis-server "
                            + find(lines, "Redis version=")
                                    .map(line -> version(line) + " ")
                                    .orElse("")
                            + "can read, so update that",
                    Failure.Kind.INTERNAL);
        }
        if (find(lines, "Out Of Memory").isPresent()) {
            return new OperationFailedException(
                    "SERVER_EXHAUSTED",
                    "the archive does not fit into the backup service's memory",
                    Failure.Kind.EXHAUSTED);
        }
        if (find(lines, "module").isPresent()) {
            return damaged("it holds data of a module that the backup service's redis-server does not have");
        }
        return damaged(DAMAGES.entrySet().stream()
                .filter(damage -> find(lines, damage.getKey()).isPresent())
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("redis-server broke off while it read it"));
    }

    private static List<String> ofLastStart(List<String> lines) {
        int start = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("Redis is starting")) {
                start = i;
            }
        }
        return lines.subList(start, lines.size());
    }

    private static OperationFailedException damaged(String how) {
        return new OperationFailedException(
                "ARCHIVE_UNREADABLE", "the archive can't be restored: " + how, Failure.Kind.INTERNAL);
    }

    private static Optional<String> find(List<String> lines, String sign) {
        return lines.stream().filter(line -> line.contains(sign)).findFirst();
    }

    private static String after(String line, String sign) {
        return line.substring(line.indexOf(sign) + sign.length()).strip();
    }

    private static String version(String line) {
        String rest = after(line, "Redis version=");
        return rest.substring(0, Math.max(0, rest.indexOf(',')));
    }
}
