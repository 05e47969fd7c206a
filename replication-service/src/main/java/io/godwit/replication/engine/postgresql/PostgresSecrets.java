package io.godwit.replication.engine.postgresql;

import java.sql.SQLException;

/** Statements that have a password in them, which must not reach the server's log, whatever that is set to. */
final class PostgresSecrets {
    private static final String QUIETLY = "BEGIN; SET LOCAL log_statement = 'none';"
            + " SET LOCAL log_min_duration_statement = -1; SET LOCAL log_min_error_statement = 'panic';"
            + " SET LOCAL track_activities = off; SET LOCAL password_encryption = 'scram-sha-256'; ";

    private PostgresSecrets() {}

    /** In one transaction. */
    static void execute(PostgresSession session, String statements) throws SQLException {
        try {
            session.execute(QUIETLY + statements + "; COMMIT");
        } catch (SQLException e) {
            session.execute("ROLLBACK");
            throw e;
        }
    }
}
