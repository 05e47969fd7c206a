package io.godwit.orchestrator.saga;

import io.godwit.events.Command;
import io.godwit.events.MigrationEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What follows from an input. The migration's next timer is its {@link Place#dueAt()}.
 *
 * @param commands to be sent once {@code next} is stored
 * @param events for the public
 * @param timeline entries that are new or have ended
 * @param refusal why a user's request can't be followed; then nothing else has changed
 */
public record Decision(
        Migration next,
        List<Command> commands,
        List<MigrationEvent> events,
        List<TimelineEntry> timeline,
        @Nullable Refusal refusal) {

    /** Why a user's request can't be followed now; a conflict with the migration's state. */
    public record Refusal(String code, String detail) {}
}
