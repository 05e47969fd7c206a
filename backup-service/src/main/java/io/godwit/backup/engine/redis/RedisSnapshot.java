package io.godwit.backup.engine.redis;

import io.godwit.backup.engine.DatabaseSnapshot;
import io.godwit.backup.engine.TableFingerprint;
import io.godwit.engines.ServerAccess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;

/** An RDB file that a server has written of itself; it lies on this machine, where its contents are looked into. */
final class RedisSnapshot implements DatabaseSnapshot {
    private final RedisScratchData data;
    private final ServerAccess server;
    private final String writer;
    private final long bytes;

    /**
     * @param data holds the file; closed with this
     * @param writer the version of the server that wrote it
     */
    RedisSnapshot(RedisScratchData data, ServerAccess server, String writer, long bytes) {
        this.data = data;
        this.server = server;
        this.writer = writer;
        this.bytes = bytes;
    }

    @Override
    public String engineVersion() {
        return server.version();
    }

    @Override
    public String tool() {
        return "redis-server " + writer;
    }

    @Override
    public long sizeInBytes() {
        return bytes;
    }

    @Override
    public List<TableFingerprint> fingerprints(Instant moment) {
        return data.fingerprints(moment);
    }

    @Override
    public void dumpTo(OutputStream archive) throws IOException {
        Files.copy(data.archive(), archive);
    }

    @Override
    public void close() {
        data.close();
    }
}
