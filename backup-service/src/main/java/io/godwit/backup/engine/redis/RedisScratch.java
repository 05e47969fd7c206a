package io.godwit.backup.engine.redis;

import io.godwit.backup.engine.ArchiveOrigin;
import io.godwit.backup.engine.ScratchDatabase;
import io.godwit.backup.engine.TableFingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;

/** A scratch database in a server of the backup service's own; its contents are brought to the target in the end. */
final class RedisScratch implements ScratchDatabase {
    private final RedisScratchData data;
    private final RedisReplacement replacement;
    private final String name;

    RedisScratch(RedisScratchData data, RedisReplacement replacement, String name) {
        this.data = data;
        this.replacement = replacement;
        this.name = name;
    }

    /** Only brings the archive here: it is looked into when its checksum is known to be right. */
    @Override
    public void restore(InputStream archive, ArchiveOrigin origin) throws IOException {
        try (RedisArchiveFile file = new RedisArchiveFile(data.archive())) {
            archive.transferTo(file);
        }
    }

    @Override
    public List<TableFingerprint> fingerprints(Instant moment) {
        return data.fingerprints(moment);
    }

    @Override
    public String setAside() {
        return replacement.setAside();
    }

    @Override
    public void replaceTarget(Runnable lastLook) {
        replacement.replace(data.server(), name, lastLook);
    }

    @Override
    public void close() {
        data.close();
    }
}
