package io.godwit.replication.engine.postgresql;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import java.sql.SQLException;

/** How far a subscriber is behind its publisher, by a row that both have. */
final class PostgresStreamLag implements PostgresLagProbe {
    private static final String UNCONFIRMED = """
            SELECT coalesce(max(greatest(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0)), 0)::bigint
            FROM pg_replication_slots WHERE slot_name = ?""";

    private final PostgresSession source;
    private final PostgresSession target;
    private final String name;
    private final String marker;
    private final PostgresApplyWatch applying;

    /** Both sessions become the migration's, so that whoever stops it ends them. */
    PostgresStreamLag(ChangeStream stream, PostgresSession source, PostgresSession target) throws SQLException {
        this.source = source;
        this.target = target;
        this.name = PostgresNames.stream(stream);
        this.marker = PostgresNames.side(stream.migrationId(), stream.source().server());
        PostgresBackends.claim(source, stream.migrationId());
        PostgresBackends.claim(target, stream.migrationId());
        this.applying = new PostgresApplyWatch(target, name);
    }

    @Override
    public String mark() throws SQLException {
        return PostgresMarker.write(source, marker);
    }

    @Override
    public boolean hasArrived(String position) throws SQLException {
        return PostgresMarker.hasArrived(target, marker, position);
    }

    @Override
    public long unconfirmedBytes() throws SQLException {
        return source.one(UNCONFIRMED, row -> row.getLong(1), name);
    }

    @Override
    public long retainedBytes() throws SQLException {
        return PostgresPublisher.retainedBytes(source, name);
    }

    @Override
    public void check() throws SQLException {
        PostgresDdlNotes.requireCarried(source, target, Failure.Kind.TRANSIENT);
        applying.check();
    }

    @Override
    public String follower() {
        return "target";
    }

    @Override
    public String purpose() {
        return "the move";
    }
}
