package io.godwit.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.testing.RedisServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How clients get in, and how others don't. */
class RedisLoginIT {
    private static final DatabaseId ORDERS = new DatabaseId("login", "orders");
    private static final String USER = ORDERS.clientName();
    private static TestProxy proxy;

    @BeforeAll
    static void start() throws Exception {
        proxy = new TestProxy(EngineId.REDIS, Duration.ofSeconds(30), 3);
        proxy.route(ORDERS, 1, RedisServer.shared("login").createTenantDatabase(ORDERS));
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    @Test
    void userAndPasswordLetAClientInByAuthAndByHello() throws Exception {
        try (RedisWire wire = RedisWire.plain(proxy.port())) {
            assertThat(wire.ask("AUTH", USER, TestProxy.PASSWORD)).isEqualTo("+OK\r\n");
            assertThat(wire.ask("PING")).isEqualTo("+PONG\r\n");
            assertThat(wire.ask("ACL", "WHOAMI")).isEqualTo("$13\r\norders__login\r\n");
        }
        try (RedisWire wire = RedisWire.plain(proxy.port())) {
            assertThat(wire.ask("HELLO", "3", "AUTH", USER, TestProxy.PASSWORD, "SETNAME", "me"))
                    .startsWith("%7\r\n")
                    .contains("proto\r\n:3\r\n")
                    .contains("master");
            assertThat(wire.ask("CLIENT", "GETNAME")).isEqualTo("$2\r\nme\r\n");
        }
    }

    @Test
    void theSamePortSpeaksTls() throws Exception {
        try (RedisWire wire = RedisWire.encrypted(proxy.port())) {
            assertThat(wire.ask("AUTH", USER, TestProxy.PASSWORD)).isEqualTo("+OK\r\n");
            assertThat(wire.ask("ECHO", "x")).isEqualTo("$1\r\nx\r\n");
        }
    }

    @Test
    void inlineCommandsLogInAndRun() throws Exception {
        try (RedisWire wire = RedisWire.plain(proxy.port())) {
            String password = TestProxy.PASSWORD.replace("\"", "\\\"");
            byte[] utf8 = ("auth " + USER + " \"" + password + "\"\r\nset inline \"a b\"\r\n\r\nget inline\n")
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8);
            wire.raw(new String(utf8, java.nio.charset.StandardCharsets.ISO_8859_1));
            assertThat(wire.reply()).isEqualTo("+OK\r\n");
            assertThat(wire.reply()).isEqualTo("+OK\r\n");
            assertThat(wire.reply()).isEqualTo("$3\r\na b\r\n");
        }
    }

    @Test
    void nothingRunsBeforeTheLoginAndNobodyLearnsWhichUsersThereAre() throws Exception {
        try (RedisWire wire = RedisWire.plain(proxy.port())) {
            assertThat(wire.ask("GET", "x")).isEqualTo("-NOAUTH Authentication required.\r\n");
            assertThat(wire.ask("HELLO", "3")).startsWith("-NOAUTH HELLO must be called");
            assertThat(wire.ask("HELLO", "4")).startsWith("-NOPROTO");
            assertThat(wire.ask("AUTH", TestProxy.PASSWORD))
                    .startsWith("-WRONGPASS")
                    .contains("AUTH <user> <password>");
            String unknown = wire.ask("AUTH", "nobody", "x");
            assertThat(unknown).startsWith("-WRONGPASS");
            assertThat(wire.ask("AUTH", USER, "x")).isEqualTo(unknown);
        }
        try (RedisWire wire = RedisWire.plain(proxy.port())) {
            // Refusals only get slower; the right password still opens.
            assertThat(wire.ask("AUTH", USER, TestProxy.PASSWORD)).isEqualTo("+OK\r\n");
            assertThat(wire.ask("QUIT")).isEqualTo("+OK\r\n");
            assertThat(wire.rest()).isEmpty();
        }
    }

    @Test
    void aClientThatHasNotLoggedInCanNotFillTheProxy() throws Exception {
        try (RedisWire wire = RedisWire.plain(proxy.port())) {
            wire.raw("*2\r\n$4\r\nAUTH\r\n$100000\r\n");
            assertThat(wire.rest()).isEqualTo("-ERR Protocol error: unauthenticated bulk length\r\n");
        }
        try (RedisWire wire = RedisWire.plain(proxy.port())) {
            wire.raw("*11\r\n");
            assertThat(wire.rest()).isEqualTo("-ERR Protocol error: unauthenticated multibulk length\r\n");
        }
        try (RedisWire wire = RedisWire.plain(proxy.port())) {
            wire.raw("x".repeat(70_000));
            assertThat(wire.rest()).isEqualTo("-ERR Protocol error: too big inline request\r\n");
        }
        try (RedisWire wire = RedisWire.plain(proxy.port())) {
            assertThat(wire.rest()).as("the authentication timeout").isEmpty();
        }
    }

    @Test
    void aDatabaseTakesNoMoreSessionsThanItMay() throws Exception {
        try (RedisWire first = loggedIn();
                RedisWire second = loggedIn();
                RedisWire third = loggedIn();
                RedisWire fourth = RedisWire.plain(proxy.port())) {
            assertThat(fourth.ask("AUTH", USER, TestProxy.PASSWORD))
                    .isEqualTo("-ERR max number of clients reached\r\n");
            for (RedisWire wire : new RedisWire[] {first, second, third}) {
                assertThat(wire.ask("PING")).isEqualTo("+PONG\r\n");
            }
        }
    }

    private static RedisWire loggedIn() throws Exception {
        RedisWire wire = RedisWire.plain(proxy.port());
        assertThat(wire.ask("AUTH", USER, TestProxy.PASSWORD)).isEqualTo("+OK\r\n");
        return wire;
    }
}
