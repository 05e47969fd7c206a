package io.godwit.backup.creation;

import io.godwit.backup.catalog.Backup;
import io.godwit.backup.catalog.BackupReason;
import io.godwit.backup.creation.BackupRuns.Run;
import io.godwit.backup.engine.BackupEngines;
import io.godwit.backup.engine.DatabaseSnapshot;
import io.godwit.backup.engine.TableFingerprint;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.backup.placement.Placements;
import io.godwit.backup.store.ArchiveStore;
import io.godwit.backup.store.ArchiveUpload;
import io.godwit.backup.store.Manifest;
import io.godwit.backup.store.StoredArchive;
import io.godwit.backup.work.RandomPause;
import io.godwit.backup.work.Work;
import io.godwit.backup.work.WorkQueue;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.rest.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/**
 * Takes a backup: the archive streams from the server through this process into the store, while its rows are hashed
 * under the same snapshot. The manifest is written last; a folder without one is no backup.
 */
@Component
class BackupCreation implements Work {
    private static final Logger LOG = LoggerFactory.getLogger(BackupCreation.class);
    private static final int ATTEMPTS = 10;
    private static final RandomPause PAUSE = new RandomPause(Duration.ofMillis(500), Duration.ofMillis(1_500));
    /** A database does not move in less time, and nobody else gets its place. */
    private static final Duration TURN_AT_ONCE = Duration.ofSeconds(1);

    private final BackupRuns runs;
    private final BackupEngines engines;
    private final ArchiveStore store;
    private final Placements placements;
    private final WorkQueue queue;
    private final InstantSource clock;

    BackupCreation(
            BackupRuns runs,
            BackupEngines engines,
            ArchiveStore store,
            Placements placements,
            WorkQueue queue,
            InstantSource clock) {
        this.runs = runs;
        this.engines = engines;
        this.store = store;
        this.placements = placements;
        this.queue = queue;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return "backup";
    }

    @Override
    public List<String> unfinished() {
        return runs.unfinished();
    }

    @Override
    public boolean isOfMove(String id) {
        return runs.isOfMove(id);
    }

    @Override
    public void perform(String id) {
        runs.begin(id).ifPresent(this::perform);
    }

    private void perform(Run run) {
        Backup backup = run.backup();
        String folder = ArchiveStore.folder(backup.databaseId(), backup.id());
        try {
            requireStillThere(backup);
            Taken taken = takeAtLast(run, folder);
            Manifest manifest = taken.manifest();
            store.writeManifest(folder, manifest);
            runs.complete(run, manifest, taken.databaseBytes());
            LOG.atInfo()
                    .setMessage("Backup completed")
                    .addKeyValue("database", backup.databaseId())
                    .addKeyValue("backup", backup.id())
                    .addKeyValue("bytes", manifest.bytes())
                    .log();
        } catch (OperationFailedException e) {
            fail(run, folder, e.failure(), e);
        } catch (ProblemException e) {
            fail(run, folder, new Failure(e.code(), String.valueOf(e.getMessage()), Failure.Kind.TRANSIENT), e);
        } catch (IOException e) {
            fail(run, folder, new Failure("DUMP_FAILED", "the dump broke off", Failure.Kind.TRANSIENT), e);
        } catch (RuntimeException e) {
            fail(run, folder, new Failure("INTERNAL", "the backup failed unexpectedly", Failure.Kind.INTERNAL), e);
        }
    }

    /**
     * While a backup waited for its turn its database may have moved, and somebody else's may be where it was. One for a
     * migration waits with the migration, at whose source its database stays.
     */
    private void requireStillThere(Backup backup) {
        if (backup.reason() == BackupReason.SAFETY
                || clock.instant().isBefore(backup.createdAt().plus(TURN_AT_ONCE))) {
            return;
        }
        placements.of(backup.databaseId()).moveFrom(backup.source()).ifPresent(move -> {
            throw new OperationFailedException(
                    "DATABASE_MOVED",
                    "database " + backup.databaseId() + " has moved " + move
                            + " while its backup waited; expected to be asked for it again",
                    Failure.Kind.CONFLICT);
        });
    }

    /** Where somebody's change of the schema stands in the way, it is let through, and the database read anew. */
    private Taken takeAtLast(Run run, String folder) throws IOException {
        for (int attempt = 1; ; attempt++) {
            store.removeFolder(folder);
            try {
                return take(run, folder);
            } catch (OperationFailedException e) {
                boolean again = e.failure().code().equals(OperationFailedException.SCHEMA_CHANGING)
                        && attempt < ATTEMPTS
                        && !queue.stopping()
                        && runs.isCurrent(run);
                if (!again) {
                    throw e;
                }
                LOG.atInfo()
                        .setMessage("A backup begins again")
                        .addKeyValue("backup", run.backup().id())
                        .addKeyValue("reason", e.getMessage())
                        .log();
                pause();
            }
        }
    }

    private static void pause() {
        try {
            PAUSE.take();
        } catch (InterruptedException e) {
            throw OperationFailedException.interrupted("the backup was interrupted", e);
        }
    }

    private Taken take(Run run, String folder) throws IOException {
        Backup backup = run.backup();
        PlacedDatabase source = backup.source();
        Instant moment = clock.instant();
        try (DatabaseSnapshot snapshot =
                        engines.of(backup.engine()).openSnapshot(source, "godwit_backup_" + backup.id());
                ArchiveUpload upload = store.beginArchive(folder, DataSize.ofBytes(snapshot.sizeInBytes()))) {
            FutureTask<List<TableFingerprint>> fingerprints = new FutureTask<>(() -> snapshot.fingerprints(moment));
            Thread.ofVirtual().name("fingerprints-" + backup.id()).start(fingerprints);
            snapshot.dumpTo(new BackupProgress(upload, bytes -> {
                if (fingerprints.state() == Future.State.FAILED) {
                    resultOf(fingerprints);
                }
                tell(run, bytes);
            }));
            List<TableFingerprint> tables = resultOf(fingerprints);
            StoredArchive archive = upload.complete();
            Manifest manifest = new Manifest(
                    Manifest.VERSION,
                    backup.id(),
                    backup.databaseId(),
                    backup.engine(),
                    snapshot.engineVersion(),
                    source.owner().user(),
                    backup.reason().id(),
                    snapshot.tool(),
                    archive.key(),
                    archive.bytes(),
                    archive.sha256(),
                    snapshot.administratorsEntries(),
                    tables,
                    moment);
            return new Taken(manifest, snapshot.sizeInBytes());
        }
    }

    private record Taken(Manifest manifest, long databaseBytes) {}

    /** The wait is bounded by the engine, which ends statements that run too long. */
    private static List<TableFingerprint> resultOf(FutureTask<List<TableFingerprint>> fingerprints) {
        try {
            return fingerprints.get();
        } catch (InterruptedException e) {
            throw OperationFailedException.interrupted("the backup was interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OperationFailedException failed) {
                throw failed;
            }
            throw new IllegalStateException("the rows could not be hashed", e.getCause());
        }
    }

    private void tell(Run run, long bytes) {
        try {
            runs.progress(run, bytes);
        } catch (RuntimeException e) {
            // Progress is for people; a backup does not fail because it can't be shown.
            LOG.atWarn()
                    .setMessage("The progress of a backup could not be recorded")
                    .addKeyValue("backup", run.backup().id())
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }

    /** What a run leaves is in the same folder as a later run's, which must not lose it to a run that was overtaken. */
    private void fail(Run run, String folder, Failure failure, Exception cause) {
        if (queue.stopping() || !runs.isCurrent(run)) {
            return;
        }
        LOG.atWarn()
                .setMessage("Backup failed")
                .addKeyValue("database", run.backup().databaseId())
                .addKeyValue("backup", run.backup().id())
                .addKeyValue("code", failure.code())
                .setCause(cause)
                .log();
        try {
            store.removeFolder(folder);
        } catch (OperationFailedException e) {
            LOG.atWarn()
                    .setMessage("What a failed backup left in the store could not be removed")
                    .addKeyValue("backup", run.backup().id())
                    .addKeyValue("code", e.failure().code())
                    .log();
        }
        runs.fail(run, failure);
    }
}
