package io.godwit.backup.restoration;

import io.godwit.backup.catalog.Backup;
import io.godwit.backup.catalog.RunKind;
import io.godwit.backup.engine.BackupEngines;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.backup.placement.Placement;
import io.godwit.backup.placement.Placements;
import io.godwit.backup.restoration.RestoreRuns.Begun;
import io.godwit.backup.work.WorkQueue;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import org.springframework.stereotype.Component;

/**
 * Puts a backup in a tenant's database's place. Everything slow happens in a scratch database, compared with the
 * manifest before it replaces the old one; until that moment the tenant's database is untouched and in use.
 */
@Component
class Restoration extends RestoreWork {
    private final RestoreRuns runs;
    private final BackupEngines engines;
    private final ArchiveProof proof;
    private final Placements placements;

    Restoration(RestoreRuns runs, WorkQueue queue, BackupEngines engines, ArchiveProof proof, Placements placements) {
        super(RunKind.RESTORE, runs, queue);
        this.runs = runs;
        this.engines = engines;
        this.proof = proof;
        this.placements = placements;
    }

    @Override
    void perform(Begun begun) {
        Backup backup = begun.backup();
        if (begun.again()) {
            // Not begun again: what was written in the meantime would be lost without anybody having agreed to that.
            throw new OperationFailedException(
                    "INTERRUPTED",
                    "the restore broke off before it replaced the database, which is as it was before",
                    Failure.Kind.TRANSIENT);
        }
        DatabaseId into = begun.run().target();
        PlacedDatabase target = placements.of(into).placement();
        runs.beside(begun, target);
        proof.restore(backup, target, ScratchName.of(begun.run()), scratch -> {
            Placement now = placements.of(into);
            now.requireAtRest();
            requireSameServer(target, now);
            requireReplaceable(begun, now);
            runs.setAside(begun, scratch.setAside());
            scratch.replaceTarget(() -> requireReplaceable(begun, now));
        });
    }

    @Override
    boolean recover(Begun begun) {
        PlacedDatabase target = placements.of(begun.run().target()).placement();
        return engines.of(begun.backup().engine())
                .recoverReplacement(
                        target, ScratchName.of(begun.run()), begun.run().setAside());
    }

    /** Its clients may have written to it all the time; whoever wants that to be replaced says so. */
    private void requireReplaceable(Begun begun, Placement now) {
        if (!begun.run().replaceContents()
                && !engines.of(begun.backup().engine()).isEmptyAndReplaceable(now.placement())) {
            throw notEmpty("database " + now.databaseId() + " is not empty any more");
        }
    }

    static OperationFailedException notEmpty(String what) {
        return new OperationFailedException(
                "DATABASE_NOT_EMPTY",
                what + "; expected \"replace\": true if what it holds is to be replaced",
                Failure.Kind.CONFLICT);
    }

    private static void requireSameServer(PlacedDatabase before, Placement now) {
        now.moveFrom(before).ifPresent(move -> {
            throw new OperationFailedException(
                    "MIGRATION_IN_PROGRESS",
                    "the database moved " + move + " during the restore",
                    Failure.Kind.CONFLICT);
        });
    }
}
