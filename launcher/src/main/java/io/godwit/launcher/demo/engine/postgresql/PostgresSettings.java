package io.godwit.launcher.demo.engine.postgresql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;

/** What a client once set in its session and expects to find there as long as the session lives. */
final class PostgresSettings {
    private final int client;
    private final SessionStyle style;

    PostgresSettings(int client, SessionStyle style) {
        this.client = client;
        this.style = style;
    }

    /** Given when the session starts and not by {@code SET}; it has to last all the same. */
    String applicationName() {
        return "godwit-demo-" + client;
    }

    void apply(Connection connection) throws SQLException {
        if (!style.hasSettings()) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET app.tenant_id = 'tenant-" + client + "'");
            statement.execute("SET search_path = public, audit");
            statement.execute("SET TimeZone = 'Pacific/Auckland'");
        }
    }

    boolean kept(Connection connection) throws SQLException {
        if (!setting(connection, "application_name").equals(applicationName())) {
            return false;
        }
        return !style.hasSettings()
                || (setting(connection, "app.tenant_id").equals("tenant-" + client)
                        && setting(connection, "search_path").equals("public, audit")
                        && setting(connection, "TimeZone").equals("Pacific/Auckland"));
    }

    private static String setting(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('" + name + "', true)")) {
            row.next();
            return Objects.requireNonNullElse(row.getString(1), "");
        }
    }
}
