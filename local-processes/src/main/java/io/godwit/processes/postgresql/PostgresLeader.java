package io.godwit.processes.postgresql;

/**
 * The server that a standby follows.
 *
 * @param user who may replicate
 * @param slot in which the leader keeps what the standby has not got yet
 */
public record PostgresLeader(String host, int port, String user, String password, String slot) {

    /** @param name by which the standby introduces itself */
    String connectionString(String name, boolean secure) {
        return "host=" + quoted(host) + " port=" + port + " user=" + quoted(user) + " password=" + quoted(password)
                + " application_name=" + quoted(name)
                + (secure ? " sslmode=verify-ca sslrootcert=" + PostgresConfiguration.CA_FILE : "");
    }

    /** As in a connection string of libpq, section 34.1.1.1 of PostgreSQL's manual. */
    private static String quoted(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    @Override
    public String toString() {
        return "PostgresLeader[host=" + host + ", port=" + port + ", slot=" + slot + "]";
    }
}
