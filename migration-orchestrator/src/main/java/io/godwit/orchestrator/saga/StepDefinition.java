package io.godwit.orchestrator.saga;

import io.godwit.engines.Tier;
import io.godwit.events.BackupEvent.BackupCompleted;
import io.godwit.events.Command;
import io.godwit.events.Event;
import io.godwit.events.MigrationPhase;
import io.godwit.events.MigrationStatus;
import io.godwit.events.ProvisioningCommand.RehearseRoute;
import io.godwit.events.ProxyEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of the saga's table.
 *
 * @param command null where nothing is sent because others act by themselves
 * @param awaits the event that completes the step; an event of a proxy is awaited from every live one
 * @param progress the event that shows the step is alive; null if there is none
 * @param retryFrom where a new attempt begins; null in a step that is forward-only
 * @param undos recorded before the command is sent
 */
record StepDefinition(
        Step step,
        MigrationStatus status,
        @Nullable Class<? extends Command> command,
        @Nullable Class<? extends Event> awaits,
        @Nullable Class<? extends Event> progress,
        Deadline deadline,
        @Nullable Step retryFrom,
        Condition condition,
        List<Undo> undos) {

    StepDefinition reporting(Class<? extends Event> event) {
        return new StepDefinition(step, status, command, awaits, event, deadline, retryFrom, condition, undos);
    }

    StepDefinition onlyIf(Condition only) {
        return new StepDefinition(step, status, command, awaits, progress, deadline, retryFrom, only, undos);
    }

    StepDefinition showing(MigrationStatus shown) {
        return new StepDefinition(step, shown, command, awaits, progress, deadline, retryFrom, condition, undos);
    }

    MigrationPhase phase() {
        return step.phase();
    }

    boolean isForwardOnly() {
        return retryFrom == null;
    }

    boolean asksEveryProxy() {
        return awaits != null && ProxyEvent.class.isAssignableFrom(awaits);
    }

    /**
     * Whether the question is if somebody is there now, so that only the answer to the last asking tells: an earlier one may
     * have been written before its sender died, and sent when that had hardly started again.
     */
    boolean asksWhoIsThere() {
        return command == RehearseRoute.class;
    }

    /** Whether clients are held while the step runs. */
    boolean isPaused() {
        return switch (deadline) {
            case Deadline.Pause _, Deadline.Keep _, Deadline.UntilAnswered _ -> true;
            case Deadline.Ask _, Deadline.Insist _, Deadline.Lapse _, Deadline.Window _ -> false;
        };
    }

    /** When a step is gone through at all. */
    enum Condition {
        ALWAYS("always"),
        MAY_FALL_BACK("moving by backup and restore is allowed"),
        DRY_RUN("this is a dry run"),
        NOT_BACKED_UP("no backup was taken before"),
        TO_DEDICATED("the target is to be dedicated"),
        AS_STANDBY("the target is a standby of the source's server"),
        BY_ITSELF("the target is no standby"),
        WINDOW_KEPT("there is a rollback window"),
        NOT_VERIFIED("this copy was not verified before");

        private final String words;

        Condition(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }

        boolean holds(Migration migration) {
            return switch (this) {
                case ALWAYS -> true;
                case MAY_FALL_BACK -> migration.terms().fallback() == FallbackPolicy.AUTOMATIC;
                case DRY_RUN -> migration.dryRun();
                case NOT_BACKED_UP -> migration.learned().find(BackupCompleted.class) == null;
                case TO_DEDICATED -> migration.request().to() == Tier.DEDICATED;
                case AS_STANDBY -> migration.movesAsStandby();
                case BY_ITSELF -> !migration.movesAsStandby();
                case WINDOW_KEPT -> !migration.terms().rollbackWindow().isZero();
                case NOT_VERIFIED -> !migration.isVerified();
            };
        }
    }
}
