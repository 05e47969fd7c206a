package io.godwit.launcher.demo;

import io.godwit.engines.PlacedDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What a move could leave behind on PostgreSQL. */
final class PostgresLeftovers implements Leftovers {
    private static final String OF_MOVE = """
            SELECT 'slot ' || slot_name FROM pg_replication_slots WHERE database = current_database() OR slot_type = 'physical'
            UNION ALL SELECT 'publication ' || pubname FROM pg_publication
            UNION ALL SELECT 'subscription ' || subname FROM pg_subscription s
              JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()
            UNION ALL SELECT 'replica identity ' || oid::regclass FROM pg_class
              WHERE relreplident = 'f' AND relkind IN ('r', 'p')
            UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname = 'godwit'
            UNION ALL SELECT 'owner without login ' || rolname FROM pg_roles
              JOIN pg_database d ON d.datdba = pg_roles.oid
              WHERE d.datname = current_database()
                AND NOT (rolcanlogin AND has_database_privilege(rolname, d.oid, 'CONNECT'))""";

    private static final String OF_DATABASE = """
            SELECT 'database ' || datname FROM pg_database WHERE datname = ?
            UNION ALL SELECT 'slot ' || slot_name FROM pg_replication_slots WHERE database = ?
            UNION ALL SELECT 'role ' || rolname FROM pg_roles WHERE rolname = ?
            UNION ALL SELECT 'deputy of nobody ' || rolname FROM pg_roles r WHERE rolname ~ '^godwit_.*_deputy$'
              AND NOT EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid)""";

    private final E2ePlatform platform;

    PostgresLeftovers(E2ePlatform platform) {
        this.platform = platform;
    }

    @Override
    public List<String> ofMove(PlacedDatabase home) throws SQLException {
        try (Connection connection = platform.openAdmin(home.server(), home.databaseName())) {
            return list(connection, OF_MOVE);
        }
    }

    @Override
    public List<String> ofDatabase(PlacedDatabase former) throws SQLException {
        try (Connection connection = platform.openAdmin(former.server(), "postgres")) {
            return list(
                    connection,
                    OF_DATABASE,
                    former.databaseName(),
                    former.databaseName(),
                    former.owner().user());
        }
    }

    private static List<String> list(Connection connection, String sql, String... parameters) throws SQLException {
        List<String> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
        }
        return found;
    }
}
