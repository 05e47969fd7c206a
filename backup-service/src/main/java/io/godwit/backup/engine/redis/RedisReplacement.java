package io.godwit.backup.engine.redis;

import io.godwit.backup.engine.ReplacementBrokenOffException;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.redis.RedisConnections;
import io.godwit.engines.redis.RedisKeyspace;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the contents of a scratch server in the place of a database's. They are queued on the server as one transaction,
 * which also removes what was there: until it runs the database is untouched and in use, whoever dies, and afterwards it
 * is the other one; no client sees anything between, so none has to be kept out. The append-only file has it whole or
 * not at all. A key that the transaction leaves tells an interrupted run whether it has happened.
 */
final class RedisReplacement {
    private static final Logger LOG = LoggerFactory.getLogger(RedisReplacement.class);
    private static final String MARK = "__godwit__:replaced-by:";
    /** For the case that nobody comes back to remove it. */
    private static final Duration MARK_LASTS = Duration.ofDays(7);

    private final PlacedDatabase target;
    private final RedisConnections connections;
    private final RedisWires wires;
    private final RedisProperties properties;

    RedisReplacement(
            PlacedDatabase target, RedisConnections connections, RedisWires wires, RedisProperties properties) {
        this.target = target;
        this.connections = connections;
        this.wires = wires;
        this.properties = properties;
    }

    /** What is changed on the server for the time of the replacement. */
    String setAside() {
        return asAdministrator("SWAP_FAILED", RedisLimits::of).text();
    }

    /**
     * @param name of the scratch database
     * @param lastLook is run when everything is queued; what it throws drops that
     * @throws ReplacementBrokenOffException if nobody answers whether it happened, or what was changed for its time could
     *     not be put back
     */
    void replace(RedisScratchServer scratch, String name, Runnable lastLook) {
        Plan plan = asAdministrator("SWAP_FAILED", commands -> plan(commands, scratch));
        try {
            administer("SWAP_FAILED", plan.limits()::lift);
            transact(scratch, plan.logicalDatabases(), name, lastLook);
        } catch (RuntimeException e) {
            putBack(plan.limits(), e);
            throw e;
        }
        putBack(plan.limits(), null);
        removeMark(name);
    }

    /** @return whether the replacement had happened before the interruption */
    boolean recover(String name, RedisLimits limits) {
        boolean replaced = asAdministrator("RECOVERY_FAILED", commands -> {
            endTransaction(commands, name);
            limits.putBack(commands);
            return commands.exists(RedisWire.bytes(MARK + name)) > 0;
        });
        // Not in one: if the answer were lost, nobody would know any more that it had been there.
        removeMark(name);
        return replaced;
    }

    private record Plan(RedisLimits limits, List<Integer> logicalDatabases) {}

    private Plan plan(RedisCommands<byte[], byte[]> commands, RedisScratchServer scratch) {
        RedisInfo info = RedisInfo.of(commands);
        info.requireNoReplication(target.databaseName());
        try (StatefulRedisConnection<byte[], byte[]> connection = connections.openAdmin(scratch.access())) {
            new RedisRoom(commands, info).requireFor(connection.sync());
            return new Plan(RedisLimits.of(commands), RedisKeyspace.databases(connection.sync()));
        }
    }

    private void transact(RedisScratchServer scratch, List<Integer> logicalDatabases, String name, Runnable lastLook) {
        boolean queued = false;
        Duration stall = properties.stallTimeout();
        try (RedisTransaction transaction = RedisTransaction.begin(wires, target.server(), name, stall)) {
            try (RedisWire source =
                    wires.open(scratch.access(), scratch.access().admin(), stall)) {
                transaction.replaceContents(source, logicalDatabases);
            }
            transaction.setMark(MARK + name, MARK_LASTS);
            lastLook.run();
            queued = true;
            transaction.execute(properties.longestRun());
        } catch (IOException e) {
            OperationFailedException failure =
                    RedisFailures.of("SWAP_FAILED", "replacing " + target.databaseName(), target.server(), e);
            // Where the answer was lost, the mark tells what it would have been.
            if (!queued || !isMarked(name, failure)) {
                throw failure;
            }
        }
    }

    private boolean isMarked(String name, OperationFailedException cause) {
        try {
            return asAdministrator("SWAP_FAILED", commands -> {
                endTransaction(commands, name);
                return commands.exists(RedisWire.bytes(MARK + name)) > 0;
            });
        } catch (OperationFailedException e) {
            cause.addSuppressed(e);
            throw brokenOff(cause);
        }
    }

    /** A server may take a while to see that the client has gone; until then what it has sent could still be run. */
    private static boolean endTransaction(RedisCommands<byte[], byte[]> commands, String name) {
        Matcher client = Pattern.compile("(?m)^id=(\\d+) .* name=" + Pattern.quote(name) + " ")
                .matcher(commands.clientList());
        boolean found = client.find();
        if (found) {
            commands.clientKill(KillArgs.Builder.id(Long.parseLong(client.group(1))));
        }
        return found;
    }

    private ReplacementBrokenOffException brokenOff(Throwable cause) {
        return new ReplacementBrokenOffException(
                "the replacement of database " + target.databaseName() + " broke off: " + cause.getMessage(), cause);
    }

    /** @param cause why the replacement failed; null if it did not */
    private void putBack(RedisLimits limits, @Nullable RuntimeException cause) {
        try {
            administer("SWAP_FAILED", limits::putBack);
        } catch (OperationFailedException e) {
            // What took a part of the backup is not told by the mark from what took all.
            if (!RedisTransaction.isIncomplete(cause)) {
                throw brokenOff(cause == null ? e : cause);
            }
            LOG.atError()
                    .setMessage("A server's limits could not be put back; set them by hand")
                    .addKeyValue("server", target.server().serverId())
                    .addKeyValue("database", target.databaseName())
                    .addKeyValue("limits", limits.text())
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }

    private void removeMark(String name) {
        try {
            asAdministrator("SWAP_FAILED", commands -> commands.del(RedisWire.bytes(MARK + name)));
        } catch (OperationFailedException e) {
            // The replacement stands all the same, and the key goes by itself.
            LOG.atWarn()
                    .setMessage("The mark of a replacement could not be removed; it expires")
                    .addKeyValue("database", target.databaseName())
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }

    private void administer(String code, Consumer<RedisCommands<byte[], byte[]>> work) {
        asAdministrator(code, commands -> {
            work.accept(commands);
            return commands;
        });
    }

    private <T> T asAdministrator(String code, Function<RedisCommands<byte[], byte[]>, T> work) {
        try (StatefulRedisConnection<byte[], byte[]> connection = connections.openAdmin(target.server())) {
            return work.apply(connection.sync());
        } catch (RedisException e) {
            throw RedisFailures.of(code, "replacing " + target.databaseName(), target.server(), e);
        }
    }
}
