package io.godwit.proxy;

import static io.godwit.proxy.ClientSql.execute;
import static io.godwit.proxy.ClientSql.oneText;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A client's session with settings and prepared statements that have the same names as the others', and other contents. */
final class PooledSession implements AutoCloseable {
    private final int number;
    private final Connection connection;
    private final PreparedStatement parsed;

    PooledSession(int number, Connection connection) throws SQLException {
        this.number = number;
        this.connection = connection;
        execute(
                connection,
                "SET work_mem = '" + (4097 + number) + "kB'",
                "SET search_path = 's" + number + "', public",
                "PREPARE mine (int) AS SELECT $1 + " + number);
        this.parsed = connection.prepareStatement("SELECT ?::int * " + (number + 1));
    }

    Connection connection() {
        return connection;
    }

    /** Uses everything, each in an exchange of its own. */
    void assertOwnState() throws SQLException {
        assertThat(oneText(connection, "SHOW work_mem")).isEqualTo((4097 + number) + "kB");
        assertThat(oneText(connection, "SHOW search_path")).isEqualTo("s" + number + ", public");
        assertThat(oneText(connection, "EXECUTE mine (1000)")).isEqualTo(Integer.toString(1000 + number));
        parsed.setInt(1, 3);
        try (ResultSet row = parsed.executeQuery()) {
            assertThat(row.next()).isTrue();
            assertThat(row.getInt(1)).isEqualTo(3 * (number + 1));
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
