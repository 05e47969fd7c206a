package io.godwit.processes.postgresql;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Asks a server whether it is there, without logging in. */
final class PostgresProbe {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    /** SSLRequest of the protocol 3.0 message formats: length, then the code 1234.5679. Servers do not log it. */
    private static final int REQUEST_LENGTH = 8;

    private static final int REQUEST_CODE = 80877103;

    private PostgresProbe() {}

    static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(Math.toIntExact(TIMEOUT.toMillis()));
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Math.toIntExact(TIMEOUT.toMillis()));
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(REQUEST_LENGTH)
                            .putInt(REQUEST_LENGTH)
                            .putInt(REQUEST_CODE)
                            .array());
            int answer = socket.getInputStream().read();
            return answer == 'S' || answer == 'N';
        } catch (IOException e) {
            return false;
        }
    }
}
