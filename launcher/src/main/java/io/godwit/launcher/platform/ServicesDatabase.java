package io.godwit.launcher.platform;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The database of the services: one schema for each, owned by a role of its own that sees no other. */
final class ServicesDatabase {
    static final String ADMINISTRATOR = "godwit_admin";
    private static final String DATABASE = "godwit";

    private final PortPlan ports;
    private final PlatformSecrets secrets;

    ServicesDatabase(PortPlan ports, PlatformSecrets secrets) {
        this.ports = ports;
        this.secrets = secrets;
    }

    static String role(String schema) {
        return "godwit_" + schema;
    }

    static String url(PortPlan ports, String schema) {
        return url(ports) + DATABASE + "?currentSchema=" + schema;
    }

    /** Makes what is missing. */
    void createMissing() {
        try {
            try (Connection connection = open("postgres")) {
                if (!exists(connection, "SELECT 1 FROM pg_database WHERE datname = ?", DATABASE)) {
                    execute(connection, "CREATE DATABASE " + DATABASE);
                }
                execute(connection, "REVOKE ALL ON DATABASE " + DATABASE + " FROM PUBLIC");
            }
            try (Connection connection = open(DATABASE)) {
                for (String schema : PlatformService.schemas()) {
                    createMissing(connection, schema);
                }
            }
        } catch (SQLException e) {
            throw new PlatformException("the services' database can't be set up: " + e.getMessage(), e);
        }
    }

    private void createMissing(Connection connection, String schema) throws SQLException {
        String role = role(schema);
        if (!exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", role)) {
            execute(connection, "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(role, secrets.get(role)));
        }
        execute(connection, "GRANT CONNECT ON DATABASE %s TO %s".formatted(DATABASE, role));
        execute(connection, "CREATE SCHEMA IF NOT EXISTS %s AUTHORIZATION %s".formatted(schema, role));
    }

    private Connection open(String database) throws SQLException {
        return DriverManager.getConnection(url(ports) + database, ADMINISTRATOR, secrets.get(ADMINISTRATOR));
    }

    private static String url(PortPlan ports) {
        return "jdbc:postgresql://127.0.0.1:" + ports.port(PlatformPort.SERVICES_DATABASE) + "/";
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            try (ResultSet result = statement.executeQuery()) {
                return result.next();
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
