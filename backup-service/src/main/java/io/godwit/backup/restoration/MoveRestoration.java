package io.godwit.backup.restoration;

import io.godwit.backup.catalog.Backup;
import io.godwit.backup.catalog.RestoreRun;
import io.godwit.backup.catalog.RunKind;
import io.godwit.backup.engine.BackupEngine;
import io.godwit.backup.engine.BackupEngines;
import io.godwit.backup.engine.ScratchDatabase;
import io.godwit.backup.restoration.RestoreRuns.Begun;
import io.godwit.backup.store.ArchiveStore;
import io.godwit.backup.store.Manifest;
import io.godwit.backup.work.WorkQueue;
import io.godwit.engines.PlacedDatabase;
import org.springframework.stereotype.Component;

/**
 * Fills the target of a migration. What is restored takes the target's place only while the migration still wants it
 * there: it must never replace what a later attempt has brought.
 */
@Component
class MoveRestoration extends RestoreWork {
    private final MoveRuns moves;
    private final BackupEngines engines;
    private final ArchiveProof proof;
    private final ArchiveStore store;

    MoveRestoration(
            RestoreRuns runs,
            WorkQueue queue,
            MoveRuns moves,
            BackupEngines engines,
            ArchiveProof proof,
            ArchiveStore store) {
        super(RunKind.MOVE, runs, queue);
        this.moves = moves;
        this.engines = engines;
        this.proof = proof;
        this.store = store;
    }

    @Override
    void perform(Begun begun) {
        RestoreRun run = begun.run();
        Backup backup = begun.backup();
        PlacedDatabase target = run.placement();
        SameEngine.require(backup, target);
        BackupEngine engine = engines.of(backup.engine());
        String scratchName = ScratchName.of(run);
        moves.discardEarlier(run);
        if (begun.again() && engine.recoverReplacement(target, scratchName, run.setAside())) {
            moves.restored(run, store.readManifest(ArchiveStore.folder(backup.databaseId(), backup.id())));
            return;
        }
        // Nobody has written to the target meanwhile, so an interrupted run is begun anew.
        try (ScratchDatabase scratch = moves.whileWanted(run, () -> engine.createScratch(target, scratchName))) {
            Manifest manifest = proof.restoreAndCompare(backup, scratch, bytes -> moves.progress(run, bytes));
            moves.setAside(run, scratch.setAside());
            moves.whileWanted(run, () -> {
                scratch.replaceTarget();
                return true;
            });
            moves.restored(run, manifest);
        } finally {
            moves.forget(run);
        }
    }
}
