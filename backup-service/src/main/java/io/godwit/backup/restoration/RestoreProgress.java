package io.godwit.backup.restoration;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongConsumer;

/** Reads an archive and tells at most once a second how much of it was read by now. */
final class RestoreProgress extends FilterInputStream {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final LongConsumer onProgress;
    private long bytes;
    private long lastTold = System.nanoTime();

    RestoreProgress(InputStream archive, LongConsumer onProgress) {
        super(archive);
        this.onProgress = onProgress;
    }

    @Override
    public int read() throws IOException {
        int single = super.read();
        count(single < 0 ? 0 : 1);
        return single;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read = super.read(into, offset, length);
        count(Math.max(0, read));
        return read;
    }

    private void count(int more) {
        bytes += more;
        long now = System.nanoTime();
        if (now - lastTold >= INTERVAL.toNanos()) {
            lastTold = now;
            onProgress.accept(bytes);
        }
    }
}
