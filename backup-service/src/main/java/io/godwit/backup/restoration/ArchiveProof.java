package io.godwit.backup.restoration;

import io.godwit.backup.catalog.Backup;
import io.godwit.backup.engine.ArchiveOrigin;
import io.godwit.backup.engine.BackupEngines;
import io.godwit.backup.engine.FingerprintComparison;
import io.godwit.backup.engine.ScratchDatabase;
import io.godwit.backup.engine.TableFingerprint;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.backup.store.ArchiveDownload;
import io.godwit.backup.store.ArchiveStore;
import io.godwit.backup.store.Manifest;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Restores a backup into a scratch database and proves that it holds what it held when it was taken. */
@Component
class ArchiveProof {
    private static final int TABLES_NAMED = 5;

    private final ArchiveStore store;
    private final BackupEngines engines;
    private final InstantSource clock;

    ArchiveProof(ArchiveStore store, BackupEngines engines, InstantSource clock) {
        this.store = store;
        this.engines = engines;
        this.clock = clock;
    }

    /**
     * @param beside the database on whose server the scratch database is made
     * @param use what is done with the scratch database before it is thrown away
     * @throws OperationFailedException saying what differs, or what could not be done
     */
    void restore(Backup backup, PlacedDatabase beside, String scratchName, Consumer<ScratchDatabase> use) {
        // Since it was asked for, the database may have been deleted and made anew.
        SameEngine.require(backup, beside);
        try (ScratchDatabase scratch = engines.of(backup.engine()).createScratch(beside, scratchName)) {
            restoreAndCompare(backup, scratch, _ -> {});
            use.accept(scratch);
        }
    }

    /**
     * @param onRead hears, while the archive is read, how many of its bytes were
     * @return what the scratch database holds now
     */
    Manifest restoreAndCompare(Backup backup, ScratchDatabase scratch, LongConsumer onRead) {
        Manifest manifest = store.readManifest(ArchiveStore.folder(backup.databaseId(), backup.id()));
        requireSame("the checksum in the manifest", manifest.sha256(), "the recorded one", backup.sha256());
        try (ArchiveDownload archive = store.openArchive(manifest)) {
            OperationFailedException refused =
                    restore(new RestoreProgress(archive, onRead), scratch, manifest.origin());
            // An archive that was altered is the reason for whatever else went wrong.
            requireSame("the archive's checksum", archive.finish(), "the manifest's", manifest.sha256());
            if (refused != null) {
                throw refused;
            }
        } catch (IOException e) {
            throw new OperationFailedException(
                    "STORE_UNREACHABLE", "reading " + manifest.key() + " broke off", Failure.Kind.TRANSIENT, e);
        }
        compare(manifest, scratch);
        return manifest;
    }

    private static @Nullable OperationFailedException restore(
            InputStream archive, ScratchDatabase scratch, ArchiveOrigin origin) throws IOException {
        try {
            scratch.restore(archive, origin);
            return null;
        } catch (OperationFailedException e) {
            return e;
        }
    }

    private static void requireSame(String what, String actual, String than, @Nullable String expected) {
        if (!Objects.equals(actual, expected)) {
            throw new OperationFailedException(
                    "CHECKSUM_MISMATCH",
                    what + " is " + actual + "; expected " + than + ", " + expected,
                    Failure.Kind.INTERNAL);
        }
    }

    private void compare(Manifest manifest, ScratchDatabase scratch) {
        Instant begun = clock.instant();
        List<TableFingerprint> restored = scratch.fingerprints(manifest.createdAt());
        Set<String> differing =
                new FingerprintComparison(begun, clock.instant()).differing(manifest.tables(), restored);
        if (!differing.isEmpty()) {
            throw new OperationFailedException(
                    "CONTENT_MISMATCH",
                    differing.size() + " tables differ from what was backed up: "
                            + differing.stream().limit(TABLES_NAMED).collect(Collectors.joining(", ")),
                    Failure.Kind.INTERNAL);
        }
    }
}
