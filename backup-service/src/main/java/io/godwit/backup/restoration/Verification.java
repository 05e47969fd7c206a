package io.godwit.backup.restoration;

import io.godwit.backup.catalog.Backup;
import io.godwit.backup.catalog.RunKind;
import io.godwit.backup.placement.Placements;
import io.godwit.backup.restoration.RestoreRuns.Begun;
import io.godwit.backup.work.WorkQueue;
import io.godwit.engines.PlacedDatabase;
import org.springframework.stereotype.Component;

/** Proves that a backup can be restored: does it beside the tenant's database, compares, and throws the result away. */
@Component
class Verification extends RestoreWork {
    private final RestoreRuns runs;
    private final ArchiveProof proof;
    private final Placements placements;

    Verification(RestoreRuns runs, WorkQueue queue, ArchiveProof proof, Placements placements) {
        super(RunKind.VERIFY, runs, queue);
        this.runs = runs;
        this.proof = proof;
        this.placements = placements;
    }

    @Override
    void perform(Begun begun) {
        Backup backup = begun.backup();
        PlacedDatabase beside = placements.of(begun.run().target()).placement();
        runs.beside(begun, beside);
        proof.restore(backup, beside, ScratchName.of(begun.run()), _ -> {});
    }
}
