package io.godwit.testing;

import java.sql.SQLException;

/** The database {@code godwit} in which each service has a schema and a role of its own. */
public final class ServicesDatabase {
    private static final String DATABASE = "godwit";

    private ServicesDatabase() {}

    /**
     * Where a service finds its state.
     *
     * @param url for {@code spring.datasource.url}
     */
    public record Schema(String name, String url, String user, String password) {
        @Override
        public String toString() {
            return "Schema[" + name + " at " + url + "]";
        }
    }

    /** @return the schema of a service, empty: everything that an earlier test made in it is gone */
    public static synchronized Schema emptySchema(String name) {
        PostgresServer server = Server.STARTED;
        String role = "godwit_" + name;
        String password = TestSecrets.randomText();
        try {
            server.execute(
                    DATABASE,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + role + "'",
                    "DROP SCHEMA IF EXISTS " + name + " CASCADE",
                    "DROP ROLE IF EXISTS " + role,
                    "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(role, password),
                    "CREATE SCHEMA %s AUTHORIZATION %s".formatted(name, role));
        } catch (SQLException e) {
            throw new IllegalStateException("schema " + name + " can't be made", e);
        }
        String url = "jdbc:postgresql://" + server.access().address() + "/" + DATABASE + "?currentSchema=" + name
                + "&sslmode=require";
        return new Schema(name, url, role, password);
    }

    /** To stop, kill and start the server in the middle of a test. */
    public static PostgresServer server() {
        return Server.STARTED;
    }

    private static final class Server {
        private static final PostgresServer STARTED = start();

        private static PostgresServer start() {
            PostgresServer server = PostgresServer.shared("services");
            try {
                server.execute("postgres", "CREATE DATABASE " + DATABASE);
            } catch (SQLException e) {
                throw new IllegalStateException("database " + DATABASE + " can't be made", e);
            }
            return server;
        }
    }
}
