package io.godwit.replication.engine.postgresql;

import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ReplicationException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;

/**
 * Closes a server only while its clients are held. The server itself decides, because a statement may be on its way for
 * longer than they are, where a link is cut for a while.
 */
final class PostgresClosing {
    /** Of the server's answer where it is too late; PostgreSQL leaves such classes to others. */
    private static final String TOO_LATE = "ZG001";

    private static final String CLOCK = "SELECT clock_timestamp()";

    private PostgresClosing() {}

    /**
     * @param sql one or more statements, of which either all are begun in time or none
     * @throws ReplicationException {@code FENCE_TOO_LATE} if they came too late
     */
    static void execute(PostgresSession session, ClientHold hold, String sql) throws SQLException {
        String inTime = inTime(session, hold, sql);
        try {
            session.execute(inTime);
        } catch (SQLException e) {
            if (TOO_LATE.equals(e.getSQLState())) {
                ReplicationException late = hold.over();
                late.initCause(e);
                throw late;
            }
            throw e;
        }
    }

    /** @return what does nothing but fail where it comes to the server after the hold */
    static String inTime(PostgresSession session, ClientHold hold, String sql) throws SQLException {
        OffsetDateTime now = session.one(CLOCK, row -> row.getObject(1, OffsetDateTime.class));
        // Read after the server's clock, so that what is left there is less than here.
        Duration left = hold.left();
        return """
                DO $$ BEGIN
                  IF clock_timestamp() >= %s THEN
                    RAISE EXCEPTION 'too late to close the server' USING ERRCODE = %s;
                  END IF;
                END $$; %s""".formatted(PostgresNames.literal(now.plus(left).toString()), PostgresNames.literal(TOO_LATE), sql);
    }
}
