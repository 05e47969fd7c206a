package io.godwit.backup.restoration;

import io.godwit.backup.catalog.RestoreRun;

/** Names the scratch database of a run: each has one of its own, so that none fills or removes another's. */
final class ScratchName {
    private ScratchName() {}

    static String of(RestoreRun run) {
        String purpose =
                switch (run.kind()) {
                    case VERIFY -> "verify";
                    case RESTORE -> "restore";
                    case MOVE -> "move";
                };
        return "godwit_" + purpose + "_" + run.id();
    }
}
