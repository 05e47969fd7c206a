package io.godwit.backup.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisWireTest {
    private Socket server;
    private RedisWire wire;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            wire = new RedisWire(new Socket(listener.getInetAddress(), listener.getLocalPort()));
            server = listener.accept();
        }
    }

    @AfterEach
    void close() throws IOException {
        wire.close();
        server.close();
    }

    @Test
    void aCommandIsWrittenWithTheLengthsOfItsWords() throws IOException {
        wire.send("SET", "kéy", "");
        wire.flush();
        wire.close();

        assertThat(new String(server.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("*3\r\n$3\r\nSET\r\n$4\r\nkéy\r\n$0\r\n\r\n");
    }

    @Test
    void repliesAreReadOneAfterTheOther() throws IOException {
        answer("+OK\r\n:42\r\n$2\r\n\r\n\r\n$-1\r\n*2\r\n");

        assertThat(wire.status()).isEqualTo("OK");
        assertThat(wire.integer()).isEqualTo(42);
        assertThat(wire.bulk()).isEqualTo("\r\n".getBytes(StandardCharsets.UTF_8));
        assertThat(wire.bulk()).isNull();
        assertThat(wire.array()).isEqualTo(2);
    }

    @Test
    void anErrorIsToldInTheServersWordsAndTheNextReplyCanBeRead() throws IOException {
        answer("-NOPERM no\r\n+OK\r\n");

        assertThatThrownBy(wire::integer)
                .isInstanceOf(RedisReplyException.class)
                .hasMessage("NOPERM no");
        assertThat(wire.status()).isEqualTo("OK");
    }

    @Test
    void theEmptyLinesBeforeASynchronisationArePassedOver() throws IOException {
        answer("\n\n\n$5\r\nREDIS");

        assertThat(wire.lengthOfSynchronisation()).isEqualTo(5);
        assertThat(wire.input().readNBytes(5)).isEqualTo("REDIS".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatEndsTooEarlyIsFound() throws IOException {
        answer("$5\r\nRED");
        server.shutdownOutput();

        assertThatThrownBy(wire::bulk).isInstanceOf(EOFException.class);
        assertThatThrownBy(wire::status).isInstanceOf(EOFException.class);
        assertThatThrownBy(wire::lengthOfSynchronisation).isInstanceOf(EOFException.class);
    }

    @Test
    void nonsenseIsRefused() throws IOException {
        answer("+OK\r\n$x\r\n$9999999999\r\n");

        assertThatThrownBy(wire::integer).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(wire::bulk).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(wire::bulk).isInstanceOf(ProtocolException.class);
    }

    @Test
    void aLineWithoutEndIsNotReadForEver() throws IOException {
        answer("+" + "x".repeat(100_000));

        assertThatThrownBy(wire::status).isInstanceOf(ProtocolException.class);
    }

    @Test
    void aSilentServerIsNotWaitedForLongerThanAllowed() throws IOException {
        wire.silence(Duration.ofMillis(20));

        assertThatThrownBy(wire::status).isInstanceOf(SocketTimeoutException.class);
    }

    private void answer(String text) throws IOException {
        server.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        server.getOutputStream().flush();
    }
}
