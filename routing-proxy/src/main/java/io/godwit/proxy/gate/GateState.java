package io.godwit.proxy.gate;

import io.godwit.events.DatabaseRoute;
import io.godwit.events.ProxyCommand.HoldTraffic;
import io.godwit.events.StepRef;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The states of a database's gate; each offers only its legal exits.
 *
 * <pre>
 *            hold                  all loops drained
 *   Open ──────────► Draining ─────────────────────────► Held
 *    ▲ ▲                │ release, lease over,             │ release, lease over,
 *    │ └────────────────┘ drain time over (ABORT),         │ newer route
 *    │                    newer route                      │
 *    └─────────────────────────────────────────────────────┘
 *   to the committed route, which is the newest that was seen
 * </pre>
 */
sealed interface GateState {
    /** The committed route; null until the first has been seen. */
    @Nullable
    DatabaseRoute route();

    default long epoch() {
        DatabaseRoute known = route();
        return known == null ? 0 : known.epoch();
    }

    /** Null while the gate is open. */
    default @Nullable Hold currentHold() {
        return switch (this) {
            case Open ignored -> null;
            case Draining draining -> draining.hold();
            case Held held -> held.hold();
        };
    }

    /** @param id tells this hold from all others of this gate, whatever their commands say */
    record Hold(long id, HoldTraffic command) {
        boolean isFor(HoldTraffic other) {
            return command.step().equals(other.step()) && command.epoch() == other.epoch();
        }

        /** Whether a command of that number is about it, or about taking it back, which has a higher one. */
        boolean isOf(StepRef later) {
            return isOfMigration(later) && command.step().attempt() <= later.attempt();
        }

        boolean isOfMigration(StepRef step) {
            return command.step().migrationId().equals(step.migrationId());
        }

        /** How long the drain may last. */
        Duration drain() {
            return Duration.ofMillis(command.drainMillis());
        }

        /** How long those that are cut last have to finish when the first have been. */
        Duration betweenCuts() {
            return drain().dividedBy(4);
        }
    }

    record Open(@Nullable DatabaseRoute route) implements GateState {
        Draining hold(Hold hold) {
            return new Draining(route, hold);
        }

        Open routed(DatabaseRoute newer) {
            return new Open(newer);
        }
    }

    /** New exchanges wait, running ones finish. */
    record Draining(@Nullable DatabaseRoute route, Hold hold) implements GateState {
        Held drained() {
            return new Held(route, hold);
        }

        Draining renewed(Hold newer) {
            return new Draining(route, newer);
        }

        Draining learnt(DatabaseRoute committed) {
            return new Draining(committed, hold);
        }

        Open opened() {
            return new Open(route);
        }
    }

    /** Nothing of this proxy runs on the server any more. */
    record Held(@Nullable DatabaseRoute route, Hold hold) implements GateState {
        Held renewed(Hold newer) {
            return new Held(route, newer);
        }

        Held learnt(DatabaseRoute committed) {
            return new Held(committed, hold);
        }

        Open opened() {
            return new Open(route);
        }
    }
}
