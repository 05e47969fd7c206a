package io.godwit.backup.creation;

import io.godwit.backup.store.ArchiveUpload;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.LongConsumer;

/** Passes an archive on to its upload and tells at most once a second how large it is by now. */
final class BackupProgress extends OutputStream {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ArchiveUpload upload;
    private final LongConsumer onProgress;
    private long lastTold = System.nanoTime();

    BackupProgress(ArchiveUpload upload, LongConsumer onProgress) {
        this.upload = upload;
        this.onProgress = onProgress;
    }

    @Override
    public void write(int single) throws IOException {
        upload.write(single);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        upload.write(source, offset, length);
        long now = System.nanoTime();
        if (now - lastTold >= INTERVAL.toNanos()) {
            lastTold = now;
            onProgress.accept(upload.bytes());
        }
    }
}
