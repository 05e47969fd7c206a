package io.godwit.launcher.demo.engine.postgresql;

import io.godwit.launcher.demo.load.DatabaseConnection;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/** Opens connections as an application does. */
final class PostgresSessions {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    /** Longer than any pause; without it a client would wait forever where the platform dies. */
    private static final Duration SOCKET_TIMEOUT = Duration.ofMinutes(5);

    private PostgresSessions() {}

    /** @return a new connection in auto-commit mode; the caller closes it */
    static Connection open(DatabaseConnection database, String applicationName, Properties more) throws SQLException {
        Properties properties = new Properties();
        properties.putAll(more);
        properties.setProperty("user", database.user());
        properties.setProperty("password", database.password());
        properties.setProperty("ApplicationName", applicationName);
        properties.setProperty("connectTimeout", Long.toString(CONNECT_TIMEOUT.toSeconds()));
        properties.setProperty("socketTimeout", Long.toString(SOCKET_TIMEOUT.toSeconds()));
        String url = "jdbc:postgresql://" + database.host() + ":" + database.port() + "/" + database.database();
        return DriverManager.getConnection(url, properties);
    }

    static Connection open(DatabaseConnection database, String applicationName) throws SQLException {
        return open(database, applicationName, new Properties());
    }
}
