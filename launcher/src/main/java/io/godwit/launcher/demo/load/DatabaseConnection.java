package io.godwit.launcher.demo.load;

/** How an application connects to a tenant's database; it stays the same over a move. */
public record DatabaseConnection(String host, int port, String user, String password, String database) {
    @Override
    public String toString() {
        return user + "@" + host + ":" + port + "/" + database;
    }
}
