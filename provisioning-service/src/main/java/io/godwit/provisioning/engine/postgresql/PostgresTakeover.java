package io.godwit.provisioning.engine.postgresql;

import io.godwit.engines.ServerAccess;
import io.godwit.engines.postgresql.PostgresFollowing;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.engine.Standbys;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a standby comes to lead, in one session, which goes on over its promotion. */
final class PostgresTakeover implements Standbys.Takeover {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** The position is that of the last record's beginning. */
    private static final String HAS_END = "SELECT coalesce(pg_last_wal_replay_lsn() > ?::pg_lsn, false)";

    /** Without waiting: the server itself would look only every 100 ms. */
    private static final String PROMOTE = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_promote(false) END";

    private static final String LEADS = "SELECT NOT pg_is_in_recovery()";

    private final ServerAccess standby;
    private final Connection session;

    PostgresTakeover(ServerAccess standby, Connection session) {
        this.standby = standby;
        this.session = session;
    }

    @Override
    public void requireFollowing() {
        if (!isTrue(PostgresFollowing.IS_STREAMING, null)) {
            throw unavailable(
                    "STANDBY_NOT_FOLLOWING", "does not get its leader's log; expected a standby that streams");
        }
    }

    @Override
    public void admit(String standbyId) {
        try {
            PostgresStandbys.admit(session, standbyId);
        } catch (SQLException e) {
            throw PostgresFailures.of(standby, e);
        }
    }

    @Override
    public void awaitEnd(String endOfLog) {
        await(
                HAS_END,
                endOfLog,
                "STANDBY_NOT_CAUGHT_UP",
                "has not replayed its leader's log beyond " + endOfLog + " within " + TIMEOUT.toSeconds() + " s");
    }

    @Override
    public void promote() {
        isTrue(PROMOTE, null);
        await(LEADS, null, "STANDBY_NOT_PROMOTED", "has not become a leader within " + TIMEOUT.toSeconds() + " s");
    }

    private void await(String sql, @Nullable String parameter, String code, String otherwise) {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!isTrue(sql, parameter)) {
            if (System.nanoTime() - deadline > 0) {
                throw unavailable(code, otherwise);
            }
            PostgresStandbys.pause();
        }
    }

    private boolean isTrue(String sql, @Nullable String parameter) {
        try (PreparedStatement statement = session.prepareStatement(sql)) {
            if (parameter != null) {
                statement.setString(1, parameter);
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        } catch (SQLException e) {
            throw PostgresFailures.of(standby, e);
        }
    }

    private ProvisioningException unavailable(String code, String what) {
        return ProvisioningException.unavailable(code, "Server '" + standby.serverId() + "' " + what, null);
    }
}
