package io.godwit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.DatabaseId;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who is let in, and what the others are told. */
class PostgresLoginIT {
    private static final DatabaseId ORDERS = new DatabaseId("login", "orders");
    private static final int MAX_SESSIONS = 3;
    private static TestProxy proxy;

    @BeforeAll
    static void start() throws SQLException, InterruptedException {
        proxy = new TestProxy(Duration.ofSeconds(30), MAX_SESSIONS);
        proxy.route(ORDERS, 1, PostgresServer.shared("a").createTenantDatabase(ORDERS));
    }

    @AfterAll
    static void stop() throws SQLException {
        proxy.close();
        PostgresServer.shared("a").dropTenantDatabase(ORDERS);
    }

    @Test
    void aWrongPasswordAndAnUnknownUserGetTheSameAnswer() {
        assertRefused("28P01", "password authentication failed for user \"orders__login\"", "password", "wrong");
        assertRefused("28P01", "password authentication failed for user \"orders__nobody\"", "user", "orders__nobody");
        assertRefused("28P01", "for user \"a'b\"; DROP\"", "user", "a'b\"; DROP");
    }

    @Test
    void anotherDatabaseIsUnknown() {
        assertThatThrownBy(() -> proxy.connectTo("o'ther\"x", ORDERS)).isInstanceOfSatisfying(SQLException.class, e -> {
            assertThat(e.getSQLState()).isEqualTo("3D000");
            assertThat(e.getMessage()).contains("database \"o'ther\"x\" does not exist");
        });
    }

    @Test
    void replicationIsRefused() {
        assertRefused(
                "0A000",
                "replication connections are not supported",
                "replication",
                "database",
                "assumeMinServerVersion",
                "14",
                "preferQueryMode",
                "simple");
    }

    @Test
    void moreSessionsThanADatabaseMayHaveAreRefused() throws Exception {
        try (Connection first = proxy.connect(ORDERS);
                Connection second = proxy.connect(ORDERS);
                Connection third = proxy.connect(ORDERS)) {
            assertRefused("53300", "too many connections for database \"orders__login\"");
            assertThat(first.isValid(1) && second.isValid(1) && third.isValid(1))
                    .isTrue();
        }
        Eventually.assertThat(
                "a place is free again",
                Duration.ofSeconds(5),
                () -> proxy.connect(ORDERS).close());
    }

    @Test
    void aNewerMinorVersionIsNegotiatedDown() throws IOException {
        try (Socket socket = connect()) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            byte[] body = "user\0orders__login\0_pq_.unknown\0on\0\0".getBytes(StandardCharsets.US_ASCII);
            out.writeInt(8 + body.length);
            out.writeInt(3 << 16 | 2);
            out.write(body);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            assertThat(in.readByte()).isEqualTo((byte) 'v');
            assertThat(in.readInt()).isEqualTo(4 + 4 + 4 + "_pq_.unknown".length() + 1);
            assertThat(in.readInt()).isZero();
            assertThat(in.readInt()).isEqualTo(1);
        }
    }

    @Test
    void anOldProtocolGssEncryptionAndNonsenseAreAnswered() throws IOException {
        assertThat(send(8, 2 << 16)).startsWith("E").contains("0A000");
        assertThat(send(8, 1234 << 16 | 5680)).isEqualTo("N");
        assertThat(send(0x47455420, 0x2f204854)).startsWith("E").contains("08P01");
        assertThat(send(16, 1234 << 16 | 5678, 1, 2)).isEmpty();
    }

    @Test
    void whoDoesNotAuthenticateInTimeIsDisconnected() throws IOException {
        try (Socket socket = connect()) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static String send(int... words) throws IOException {
        try (Socket socket = connect()) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            for (int word : words) {
                out.writeInt(word);
            }
            byte[] answer = new byte[1000];
            int length = Math.max(0, socket.getInputStream().read(answer));
            return new String(answer, 0, length, StandardCharsets.ISO_8859_1);
        }
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void assertRefused(String sqlState, String message, String... options) {
        assertThatThrownBy(() -> proxy.connect(ORDERS, options).close())
                .isInstanceOfSatisfying(SQLException.class, e -> {
                    assertThat(e.getSQLState()).isEqualTo(sqlState);
                    assertThat(e.getMessage()).contains(message);
                });
    }
}
