package io.godwit.processes.kafka;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Asks a broker for its API versions, without a Kafka client. A broker opens its port early but answers only after the
 * controller has let it into the cluster, so an answer means that it is ready.
 */
final class KafkaProbe {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    /** ApiVersions, version 0, with request header 1: api key, api version, correlation id, no client id. */
    private static final short API_VERSIONS = 18;

    private static final int CORRELATION_ID = 7;
    private static final int REQUEST_LENGTH = 2 + 2 + 4 + 2;
    private static final short NONE = -1;

    private KafkaProbe() {}

    static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            int timeout = Math.toIntExact(TIMEOUT.toMillis());
            socket.setSoTimeout(timeout);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), timeout);
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(Integer.BYTES + REQUEST_LENGTH)
                            .putInt(REQUEST_LENGTH)
                            .putShort(API_VERSIONS)
                            .putShort((short) 0)
                            .putInt(CORRELATION_ID)
                            .putShort(NONE)
                            .array());
            DataInputStream answer = new DataInputStream(socket.getInputStream());
            answer.readInt();
            return answer.readInt() == CORRELATION_ID && answer.readShort() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
