package io.godwit.proxy.protocol.postgresql;

import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.PreparedStatement;
import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a connection lacks of a session's {@link PostgresCarriedState}, in the same order and encoding, and what it has too
 * much.
 *
 * @param ended names of prepared statements that the session has no more, or has others by
 * @param unnamedStatement the body of the Parse message that makes it; null if there is none
 */
record PostgresMissingState(
        List<PostgresAdvisoryLock> locks,
        List<Setting> settings,
        PostgresMissingTables temporaryTables,
        List<PostgresText> ended,
        List<PreparedStatement> statements,
        @Nullable PostgresText unnamedStatement,
        List<PostgresText> channels) {
    static final PostgresMissingState NOTHING = all(PostgresCarriedState.NOTHING);

    /** Where nothing of the state is. */
    static PostgresMissingState all(PostgresCarriedState state) {
        return new PostgresMissingState(
                state.locks(),
                state.settings(),
                PostgresMissingTables.all(state.temporaryTables()),
                List.of(),
                state.statements(),
                state.unnamedStatement(),
                state.channels());
    }

    boolean isEmpty() {
        return equals(NOTHING);
    }
}
