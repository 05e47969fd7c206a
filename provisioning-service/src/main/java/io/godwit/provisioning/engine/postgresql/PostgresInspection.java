package io.godwit.provisioning.engine.postgresql;

import io.godwit.engines.ServerAccess;
import io.godwit.provisioning.engine.ProvisioningException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Finds out whether a server can be the source and the target of a move. */
final class PostgresInspection {
    private static final int OLDEST_VERSION = 140_000;
    private static final String FACTS = """
            SELECT current_setting('server_version_num')::int,
                   split_part(current_setting('server_version'), ' ', 1),
                   current_setting('wal_level'),
                   pg_is_in_recovery(),
                   (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
                   current_setting('max_replication_slots')::int,
                   current_setting('max_wal_senders')::int""";

    private PostgresInspection() {}

    /** @return the server's version */
    static String inspect(ServerAccess server, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(FACTS)) {
            row.next();
            String version = row.getString(2);
            String address = server.address().toString();
            if (row.getInt(1) < OLDEST_VERSION) {
                throw refused("SERVER_TOO_OLD", address, "runs PostgreSQL " + version + "; expected 14 or newer");
            }
            if (row.getBoolean(4)) {
                throw refused("SERVER_IS_STANDBY", address, "is a standby; expected a primary");
            }
            if (!"logical".equals(row.getString(3))) {
                throw refused(
                        "WAL_LEVEL_NOT_LOGICAL",
                        address,
                        "has wal_level '" + row.getString(3) + "'; expected 'logical' (set it and restart the server)");
            }
            if (row.getInt(6) == 0 || row.getInt(7) == 0) {
                throw refused(
                        "REPLICATION_DISABLED",
                        address,
                        "has max_replication_slots " + row.getInt(6) + " and max_wal_senders " + row.getInt(7)
                                + "; expected more than 0 of each");
            }
            if (!row.getBoolean(5)) {
                throw refused(
                        "SERVER_RIGHTS_MISSING",
                        address,
                        "does not know user '" + server.admin().user() + "' as a superuser; expected one");
            }
            return version;
        }
    }

    private static ProvisioningException refused(String code, String address, String what) {
        return ProvisioningException.refused(code, "Server " + address + " " + what);
    }
}
