package io.godwit.engines.postgresql;

import io.godwit.engines.Login;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.TransportSecurity;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** Opens connections to PostgreSQL servers with Godwit's own logins. Safe for use by several threads. */
public final class PostgresConnections {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final SecretSealer sealer;
    private final Path caCertificate;

    /** @param caCertificate PEM file of the CA that server certificates must come from */
    public PostgresConnections(SecretSealer sealer, Path caCertificate) {
        this.sealer = sealer;
        this.caCertificate = caCertificate;
    }

    /** @return a new connection as the server's administrator, in auto-commit mode; the caller closes it */
    public Connection openAdmin(ServerAccess server, String database) throws SQLException {
        return open(server, server.admin(), database, new Properties());
    }

    /** @return a new connection as another user of the server, in auto-commit mode; the caller closes it */
    public Connection openAs(ServerAccess server, Login login, String database) throws SQLException {
        return open(server, login, database, new Properties());
    }

    /** @return a new connection in the walsender's replication mode; only simple queries work on it */
    public Connection openReplication(ServerAccess server, String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("replication", "database");
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("assumeMinServerVersion", "14");
        return open(server, server.admin(), database, properties);
    }

    private Connection open(ServerAccess server, Login login, String database, Properties properties)
            throws SQLException {
        properties.setProperty("user", login.user());
        properties.setProperty("password", sealer.open(login.password()));
        properties.setProperty("ApplicationName", "godwit");
        properties.setProperty("connectTimeout", Long.toString(CONNECT_TIMEOUT.toSeconds()));
        properties.setProperty(
                "loginTimeout", Long.toString(CONNECT_TIMEOUT.multipliedBy(2).toSeconds()));
        properties.setProperty("tcpKeepAlive", "true");
        if (server.security() == TransportSecurity.VERIFY_CA) {
            properties.setProperty("sslmode", "verify-ca");
            properties.setProperty("sslrootcert", caCertificate.toString());
        } else {
            properties.setProperty("sslmode", "disable");
        }
        // The driver decodes the name; what follows a question mark in it must not become a parameter.
        String name = URLEncoder.encode(database, StandardCharsets.UTF_8);
        String url = "jdbc:postgresql://" + server.address() + "/" + name;
        return DriverManager.getConnection(url, properties);
    }

    /**
     * The environment with which PostgreSQL's own programs ({@code pg_dump}, {@code psql}) log in as administrator; no
     * secret stands in process arguments.
     */
    public Map<String, String> toolEnvironment(ServerAccess server, String database) {
        return toolEnvironment(server, server.admin(), database);
    }

    /** The same for another user of the server. */
    public Map<String, String> toolEnvironment(ServerAccess server, Login login, String database) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PGHOST", server.address().host());
        environment.put("PGPORT", Integer.toString(server.address().port()));
        environment.put("PGDATABASE", database);
        environment.put("PGUSER", login.user());
        environment.put("PGPASSWORD", sealer.open(login.password()));
        environment.put("PGAPPNAME", "godwit");
        environment.put("PGCONNECT_TIMEOUT", Long.toString(CONNECT_TIMEOUT.toSeconds()));
        if (server.security() == TransportSecurity.VERIFY_CA) {
            environment.put("PGSSLMODE", "verify-ca");
            environment.put("PGSSLROOTCERT", caCertificate.toString());
        } else {
            environment.put("PGSSLMODE", "disable");
        }
        return environment;
    }
}
