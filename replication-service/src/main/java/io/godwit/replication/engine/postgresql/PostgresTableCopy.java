package io.godwit.replication.engine.postgresql;

import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ParallelTasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Copies the rows of all tables under one snapshot, several chunks side by side. */
final class PostgresTableCopy {
    private final PostgresDeputy deputy;
    private final int workers;
    private final long chunkBytes;

    PostgresTableCopy(PostgresDeputy deputy, int workers, long chunkBytes) {
        this.deputy = deputy;
        this.workers = workers;
        this.chunkBytes = chunkBytes;
    }

    void copy(
            ChangeStream stream,
            PostgresExportedSnapshot snapshot,
            List<PostgresTable> tables,
            boolean binary,
            PostgresCopyMeter meter)
            throws Exception {
        Queue<PostgresCopyChunk> chunks = new ConcurrentLinkedQueue<>(PostgresCopyChunk.of(tables, chunkBytes));
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            tasks.add(() -> work(stream, snapshot, chunks, binary, meter));
        }
        ParallelTasks.run(tasks);
    }

    private boolean work(
            ChangeStream stream,
            PostgresExportedSnapshot snapshot,
            Queue<PostgresCopyChunk> chunks,
            boolean binary,
            PostgresCopyMeter meter)
            throws Exception {
        try (PostgresSession source = deputy.open(stream.migrationId(), stream.source());
                PostgresSession target = deputy.open(stream.migrationId(), stream.target())) {
            snapshot.enter(source);
            // What the copy is made of is written again if the target loses it, so no commit needs to wait for its
            // disk.
            target.execute("SET synchronous_commit = off");
            PostgresCopyPipe pipe = new PostgresCopyPipe(source, target, binary, meter);
            for (PostgresCopyChunk chunk = chunks.poll(); chunk != null; chunk = chunks.poll()) {
                pipe.carry(chunk);
            }
            source.execute("COMMIT");
            return true;
        }
    }
}
