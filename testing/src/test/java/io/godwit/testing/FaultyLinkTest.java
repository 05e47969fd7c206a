package io.godwit.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.ServerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultyLinkTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private ServerSocket server;
    private FaultyLink link;

    @BeforeEach
    void connectTheLinkToAServer() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        link = FaultyLink.to(new ServerAddress("127.0.0.1", server.getLocalPort()));
    }

    @AfterEach
    void closeAll() throws IOException {
        link.close();
        server.close();
    }

    @Test
    void passesDataAndTheEndOfDataInBothDirections() throws Exception {
        try (Socket client = connect();
                Socket accepted = accept()) {
            client.getOutputStream().write(1);
            assertThat(accepted.getInputStream().read()).isEqualTo(1);
            accepted.getOutputStream().write(2);
            accepted.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(2);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            client.getOutputStream().write(3);
            assertThat(accepted.getInputStream().read()).isEqualTo(3);
            client.shutdownOutput();
            assertThat(accepted.getInputStream().read()).isEqualTo(-1);
        }
        Eventually.await("end of the connection", DEADLINE, () -> link.openConnections() == 0);
    }

    @Test
    void stallHoldsDataBackUntilItPassesAgain() throws Exception {
        try (Socket client = connect();
                Socket accepted = accept()) {
            link.stall();
            client.getOutputStream().write(1);
            accepted.setSoTimeout(100);
            assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            link.pass();
            accepted.setSoTimeout(10_000);
            assertThat(accepted.getInputStream().read()).isEqualTo(1);
        }
    }

    @Test
    void delayHoldsEachPieceBackForItsTime() throws Exception {
        try (Socket client = connect();
                Socket accepted = accept()) {
            link.delay(Duration.ofMillis(200));
            long before = System.nanoTime();
            client.getOutputStream().write(1);
            assertThat(accepted.getInputStream().read()).isEqualTo(1);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }

    @Test
    void cutResetsBothSidesAndRefusesNewConnectionsUntilItPassesAgain() throws Exception {
        try (Socket client = connect();
                Socket accepted = accept()) {
            link.cut();
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        try (Socket refused = connect()) {
            assertThatThrownBy(() -> refused.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        link.pass();
        try (Socket client = connect();
                Socket accepted = accept()) {
            client.getOutputStream().write(1);
            assertThat(accepted.getInputStream().read()).isEqualTo(1);
        }
    }

    @Test
    void halfCloseEndsTheClientsHalfForTheServerOnly() throws Exception {
        try (Socket client = connect();
                Socket accepted = accept()) {
            Eventually.await("connection", DEADLINE, () -> link.openConnections() == 1);
            link.halfClose();
            assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            accepted.getOutputStream().write(2);
            assertThat(client.getInputStream().read()).isEqualTo(2);
        }
    }

    @Test
    void aClientOfADeadServerIsReset() throws Exception {
        server.close();
        try (Socket client = connect()) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(link.address().host(), link.address().port());
        client.setSoTimeout(10_000);
        return client;
    }

    private Socket accept() throws IOException {
        server.setSoTimeout(10_000);
        Socket accepted = server.accept();
        accepted.setSoTimeout(10_000);
        return accepted;
    }
}
