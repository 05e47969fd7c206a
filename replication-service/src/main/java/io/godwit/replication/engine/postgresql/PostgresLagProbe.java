package io.godwit.replication.engine.postgresql;

import io.godwit.replication.engine.ReplicationException;
import java.sql.SQLException;

/** What is asked of two servers to see how far the one is behind the other. Used by one thread. */
interface PostgresLagProbe {

    /**
     * Writes something to the source.
     *
     * @return the position at which the target has it
     */
    String mark() throws SQLException;

    boolean hasArrived(String position) throws SQLException;

    /** Bytes of log that the target has not confirmed. */
    long unconfirmedBytes() throws SQLException;

    /** Bytes of log that the source keeps for the target. */
    long retainedBytes() throws SQLException;

    /** @throws ReplicationException if there is no use in waiting on */
    void check() throws SQLException;

    /** What is behind, as a message says it. */
    String follower();

    /** What the source keeps log for, as a message says it. */
    String purpose();

    /** Makes one for sessions that stay open as long as it is used. */
    @FunctionalInterface
    interface Factory {
        PostgresLagProbe between(PostgresSession source, PostgresSession target) throws SQLException;
    }
}
