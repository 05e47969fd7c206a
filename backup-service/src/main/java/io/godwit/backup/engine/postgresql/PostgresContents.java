package io.godwit.backup.engine.postgresql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Tells whether a database holds anything that restoring over it would destroy. */
final class PostgresContents {
    /** Objects above this were made by users, not by initdb (src/include/access/transam.h, FirstNormalObjectId). */
    private static final String IS_EMPTY = """
            SELECT NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                               WHERE c.oid >= 16384 AND n.nspname <> 'godwit' AND n.nspname NOT LIKE 'pg\\_%')
               AND NOT EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                               WHERE p.oid >= 16384 AND n.nspname <> 'godwit' AND n.nspname NOT LIKE 'pg\\_%')
               AND NOT EXISTS (SELECT FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
                               WHERE t.oid >= 16384 AND n.nspname <> 'godwit' AND n.nspname NOT LIKE 'pg\\_%')
               AND NOT EXISTS (SELECT FROM pg_namespace
                               WHERE oid >= 16384 AND nspname <> 'godwit' AND nspname NOT LIKE 'pg\\_%')
               AND NOT EXISTS (SELECT FROM pg_largeobject_metadata)
            """;

    private PostgresContents() {}

    static boolean isEmpty(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(IS_EMPTY)) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
