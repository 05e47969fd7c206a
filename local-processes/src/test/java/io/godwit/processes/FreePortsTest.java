package io.godwit.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    @Test
    void aPortThatIsListenedOnIsNotFree() throws IOException {
        int port = FreePorts.any();
        assertThat(FreePorts.isFree(port)).isTrue();

        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(FreePorts.isFree(socket.getLocalPort())).isFalse();
        }
    }

    @Test
    void noPortIsGivenTwice() {
        assertThat(IntStream.range(0, 200).map(i -> FreePorts.any()).boxed()).doesNotHaveDuplicates();
    }
}
