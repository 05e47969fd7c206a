package io.godwit.backup.engine.redis;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.TransportSecurity;
import io.godwit.events.Failure;
import io.godwit.processes.FreePorts;
import io.godwit.processes.LocalProcessException;
import io.godwit.processes.redis.RedisInstallation;
import io.godwit.processes.redis.RedisServerProcess;
import io.godwit.processes.redis.RedisServerSettings;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A redis-server that shows the contents of one archive. It runs as a replica whose master is never there: then it
 * changes nothing by itself, and a key that expires is absent from every answer but stays where it is, so that a scan
 * meets each key once. Safe for use by several threads.
 */
final class RedisScratchServer implements AutoCloseable {
    private static final String USER = "godwit_scratch";
    private static final int PASSWORD_BYTES = 24;
    private static final int LOWEST_PORT = 20_000;
    private static final int PORTS = 12_000;
    private static final int PORT_ATTEMPTS = 5;
    private static final String ARCHIVE = "archive.rdb";

    private static final Map<String, String> SETTINGS = Map.of(
            "dbfilename",
            ARCHIVE,
            "appendonly",
            "no",
            // Far more than servers have; an archive names them by number.
            "databases",
            "1024",
            // The discard port of this machine: nobody answers there.
            "replicaof",
            "127.0.0.1 9",
            "replica-serve-stale-data",
            "yes",
            "crash-memcheck-enabled",
            "no");

    private final Path folder;
    private final RedisInstallation installation;
    private final Duration longestStart;
    private final String password;
    private final Login login;
    private RedisServerProcess process;
    private boolean closed;

    /**
     * Makes what the server needs, for its {@link #archive} to be put there.
     *
     * @param folder new
     */
    RedisScratchServer(Path folder, RedisInstallation installation, SecretSealer sealer, Duration longestStart) {
        this.folder = folder;
        this.installation = installation;
        this.longestStart = longestStart;
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        this.password = HexFormat.of().formatHex(random);
        this.login = new Login(USER, sealer.seal(password));
        this.process = processOn(freePort());
        try {
            process.initialize(password);
        } catch (UncheckedIOException e) {
            throw unwritable(e);
        }
    }

    Path archive() {
        return folder.resolve("data").resolve(ARCHIVE);
    }

    /**
     * Starts the server and waits until it has read the archive. Does nothing if it runs.
     *
     * @throws OperationFailedException saying what is wrong with the archive or the machine
     */
    void start() {
        for (int attempt = 1; ; attempt++) {
            RedisServerProcess server = launch();
            try {
                server.awaitReady(longestStart);
                return;
            } catch (LocalProcessException e) {
                // Not given on: the server's log may name keys.
                OperationFailedException failure = RedisScratchLog.failureIn(server.logFile());
                boolean portTaken = failure.failure().code().equals(RedisScratchLog.PORT_TAKEN);
                if (!portTaken || attempt == PORT_ATTEMPTS) {
                    throw failure;
                }
            }
        }
    }

    /** How the server is reached, by nobody who does not know its password. */
    synchronized ServerAccess access() {
        return new ServerAccess(
                "scratch",
                EngineId.REDIS,
                installation.version(),
                new ServerAddress("127.0.0.1", process.settings().port()),
                TransportSecurity.PLAIN,
                login,
                login);
    }

    /** Ends the server at once and for good; whoever waits for it sees its end. */
    @Override
    public synchronized void close() {
        closed = true;
        // An interrupted thread could wait for no process to end.
        boolean interrupted = Thread.interrupted();
        try {
            process.kill();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized RedisServerProcess launch() {
        if (closed) {
            throw new OperationFailedException(
                    "INTERRUPTED", "the archive is not looked into any more", Failure.Kind.TRANSIENT);
        }
        if (process.running().isEmpty()) {
            // Anew each time: another program may have taken the port in the meantime.
            process = processOn(freePort());
            try {
                process.start();
            } catch (UncheckedIOException e) {
                throw unwritable(e);
            }
        }
        return process;
    }

    private RedisServerProcess processOn(int port) {
        return new RedisServerProcess(
                installation,
                new RedisServerSettings("redis-server in " + folder.getFileName(), folder, port, USER)
                        .withParameters(SETTINGS));
    }

    private OperationFailedException unwritable(UncheckedIOException cause) {
        return new OperationFailedException(
                "SCRATCH_UNWRITABLE",
                "the files of a redis-server can't be written to " + folder + "; expected room for them",
                Failure.Kind.EXHAUSTED,
                cause);
    }

    private static int freePort() {
        while (true) {
            int candidate = LOWEST_PORT + ThreadLocalRandom.current().nextInt(PORTS);
            if (FreePorts.isFree(candidate)) {
                return candidate;
            }
        }
    }
}
