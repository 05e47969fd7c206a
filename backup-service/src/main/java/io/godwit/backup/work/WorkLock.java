package io.godwit.backup.work;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/**
 * Lets one process at a time do a piece of work. The lock belongs to a database session, so that it is free the moment
 * its holder dies.
 */
@Component
class WorkLock {
    private static final String TRY_LOCK = "SELECT pg_try_advisory_lock(hashtextextended(?, 0))";
    private static final String UNLOCK = "SELECT pg_advisory_unlock(hashtextextended(?, 0))";

    private final DataSource database;

    WorkLock(DataSource database) {
        this.database = database;
    }

    /** @return false, with nothing done, if somebody else holds the lock */
    boolean whileHolding(String key, Runnable work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            if (!call(connection, TRY_LOCK, key)) {
                return false;
            }
            try {
                work.run();
            } finally {
                call(connection, UNLOCK, key);
            }
            return true;
        }
    }

    private static boolean call(Connection connection, String function, String key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(function)) {
            statement.setString(1, key);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
