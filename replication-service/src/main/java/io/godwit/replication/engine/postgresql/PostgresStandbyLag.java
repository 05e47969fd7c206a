package io.godwit.replication.engine.postgresql;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import java.sql.SQLException;

/** How far a standby is behind its leader, by what it has replayed of the log. */
final class PostgresStandbyLag implements PostgresLagProbe {
    private static final String RETAINED = "SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 0)"
            + "::bigint FROM pg_replication_slots WHERE slot_type = 'physical'";
    private static final String LOST = "SELECT EXISTS (SELECT FROM pg_replication_slots"
            + " WHERE slot_type = 'physical' AND wal_status = 'lost')";

    private final PostgresSession source;
    private final PostgresSession target;

    PostgresStandbyLag(PostgresSession source, PostgresSession target) {
        this.source = source;
        this.target = target;
    }

    @Override
    public String mark() throws SQLException {
        return PostgresStandby.mark(source);
    }

    @Override
    public boolean hasArrived(String position) throws SQLException {
        return PostgresStandby.hasReplayed(target, position);
    }

    /** A standby's slot goes on with what is confirmed. */
    @Override
    public long unconfirmedBytes() throws SQLException {
        return retainedBytes();
    }

    @Override
    public long retainedBytes() throws SQLException {
        return source.one(RETAINED, row -> row.getLong(1));
    }

    @Override
    public void check() throws SQLException {
        if (source.isTrue(LOST)) {
            throw new ReplicationException(
                    "STANDBY_LEFT_BEHIND",
                    Failure.Kind.TRANSIENT,
                    "the source does not have the log any more that its standby has not got yet");
        }
    }

    @Override
    public String follower() {
        return "standby";
    }

    @Override
    public String purpose() {
        return "its standby";
    }
}
