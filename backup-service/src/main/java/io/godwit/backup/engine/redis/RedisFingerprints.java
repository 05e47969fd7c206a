package io.godwit.backup.engine.redis;

import io.godwit.backup.engine.ExpiringRows;
import io.godwit.backup.engine.TableFingerprint;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.engines.redis.RedisKeyDigests;
import io.godwit.engines.redis.RedisKeyspace;
import io.godwit.events.Failure;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Counts and hashes the keys of every logical database, and the functions. A key is hashed with its expiry and the
 * canonical digest of its value, and the hashes are added up, so that neither the order of the keys nor the server's
 * version and encodings matter. Keys that have expired do not count.
 */
final class RedisFingerprints implements AutoCloseable {
    private static final int PAGE = 512;
    /** Of a page, for one thread. */
    private static final int PART = 32;
    /** What PEXPIRETIME answers for a key that does not expire. */
    private static final long NEVER = -1;

    private final RedisCommands<byte[], byte[]> commands;
    private final Instant moment;
    private final Duration longestRun;
    private final long begin = System.nanoTime();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * @param commands of a server in which nothing is written
     * @param moment about that of the snapshot
     */
    RedisFingerprints(RedisCommands<byte[], byte[]> commands, Instant moment, Duration longestRun) {
        this.commands = commands;
        this.moment = moment;
        this.longestRun = longestRun;
    }

    List<TableFingerprint> take() {
        List<TableFingerprint> fingerprints = new ArrayList<>();
        for (int number : RedisKeyspace.databases(commands)) {
            fingerprints.add(ofLogicalDatabase(number));
        }
        TableFingerprint functions = RedisFunctions.fingerprint(commands);
        if (functions.rows() > 0) {
            fingerprints.add(functions);
        }
        return List.copyOf(fingerprints);
    }

    private TableFingerprint ofLogicalDatabase(int number) {
        commands.select(number);
        RedisSum lasting = new RedisSum();
        Map<RedisExpirySpan, RedisSum> expiring = new HashMap<>();
        KeyScanCursor<byte[]> page = RedisKeyspace.page(commands, ScanCursor.INITIAL, PAGE);
        while (true) {
            for (Key key : digests(page.getKeys())) {
                RedisSum sum = key.expiry == NEVER
                        ? lasting
                        : expiring.computeIfAbsent(RedisExpirySpan.of(key.expiry, moment), span -> new RedisSum());
                sum.add(key.name, key.digest);
            }
            if (page.isFinished()) {
                return fingerprint("db" + number, lasting, expiring);
            }
            requireTimeLeft();
            page = RedisKeyspace.page(commands, page, PAGE);
        }
    }

    private static final class Key {
        final byte[] name;
        final byte[] digest;
        final long expiry;

        Key(byte[] name, byte[] digest, long expiry) {
            this.name = name;
            this.digest = digest;
            this.expiry = expiry;
        }
    }

    /** Side by side: most of the time of each goes by in waiting for the server. */
    private List<Key> digests(List<byte[]> names) {
        List<Future<List<Key>>> parts = new ArrayList<>();
        for (int from = 0; from < names.size(); from += PART) {
            List<byte[]> part = names.subList(from, Math.min(names.size(), from + PART));
            parts.add(threads.submit(
                    () -> part.stream().flatMap(name -> digest(name).stream()).toList()));
        }
        return parts.stream().flatMap(part -> resultOf(part).stream()).toList();
    }

    private Optional<Key> digest(byte[] name) {
        try {
            Optional<byte[]> digest = RedisKeyDigests.digest(commands, name);
            // Asked last: a key that expired on the way has none.
            long expiry = commands.pexpiretime(name);
            return digest.filter(known -> expiry >= NEVER).map(known -> new Key(name, known, expiry));
        } catch (RedisCommandExecutionException e) {
            if (commands.exists(name) == 0) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static List<Key> resultOf(Future<List<Key>> part) {
        try {
            return part.get();
        } catch (InterruptedException e) {
            throw OperationFailedException.interrupted("the hashing was interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("the keys could not be hashed", e.getCause());
        }
    }

    private static TableFingerprint fingerprint(
            String name, RedisSum lasting, Map<RedisExpirySpan, RedisSum> expiring) {
        List<ExpiringRows> spans = new ArrayList<>();
        expiring.forEach((span, sum) -> spans.add(new ExpiringRows(span.from(), span.until(), sum.rows(), sum.hash())));
        spans.sort(Comparator.comparing(ExpiringRows::from));
        return new TableFingerprint(name, lasting.rows(), lasting.hash(), spans);
    }

    private void requireTimeLeft() {
        if (System.nanoTime() - begin > longestRun.toNanos()) {
            throw new OperationFailedException(
                    "FINGERPRINT_TIMED_OUT",
                    "the keys have not been hashed after " + longestRun,
                    Failure.Kind.EXHAUSTED);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
