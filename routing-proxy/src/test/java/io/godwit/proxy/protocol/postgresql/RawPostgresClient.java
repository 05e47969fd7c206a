package io.godwit.proxy.protocol.postgresql;

import io.godwit.engines.DatabaseId;
import io.godwit.proxy.TestProxy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A client that sends single messages, as drivers do that parse in one round trip and bind in another. */
final class RawPostgresClient implements AutoCloseable {
    private static final int SASL_CONTINUE = 11;
    private static final int ANSWER_LIMIT_MILLIS = 20_000;

    private final Socket socket;
    private final DataInputStream in;

    /** What the server sent up to a ReadyForQuery. */
    record Answer(List<String> values, List<PostgresError> errors) {}

    private RawPostgresClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    static RawPostgresClient logIn(TestProxy proxy, DatabaseId id) throws IOException {
        RawPostgresClient client = new RawPostgresClient(new Socket(InetAddress.getLoopbackAddress(), proxy.port()));
        client.socket.setSoTimeout(ANSWER_LIMIT_MILLIS);
        client.authenticate(id.clientName());
        return client;
    }

    private void authenticate(String name) throws IOException {
        send(out -> PostgresClientMessages.startup(out, Map.of("user", name, "database", name)));
        PostgresScramClient scram = new PostgresScramClient("", "raw" + System.nanoTime());
        readFrame();
        send(out -> PostgresClientMessages.saslInitialResponse(out, PostgresScramServer.MECHANISM, scram.first()));
        ByteBuf challenge = readFrame().body();
        if (challenge.readInt() != SASL_CONTINUE) {
            throw new IOException("no SCRAM challenge came");
        }
        PostgresScramClient.Challenge asked = scram.onServerFirst(challenge.toString(StandardCharsets.UTF_8));
        PostgresScramKeys keys = PostgresScramKeys.derive(TestProxy.PASSWORD, asked.salt(), asked.iterations());
        send(out -> PostgresClientMessages.saslResponse(out, scram.last(keys)));
        answer();
    }

    void send(Consumer<ByteBuf> messages) throws IOException {
        ByteBuf out = Unpooled.buffer();
        messages.accept(out);
        out.readBytes(socket.getOutputStream(), out.readableBytes());
        socket.getOutputStream().flush();
    }

    /** Waits for the next ReadyForQuery; values are those of the rows' first columns. */
    Answer answer() throws IOException {
        List<String> values = new ArrayList<>();
        List<PostgresError> errors = new ArrayList<>();
        while (true) {
            Frame frame = readFrame();
            switch (frame.type()) {
                case 'D' -> values.add(firstColumn(frame.body()));
                case 'E' -> errors.add(PostgresError.read(frame.body()));
                case 'Z' -> {
                    return new Answer(values, errors);
                }
                default -> {}
            }
        }
    }

    private static String firstColumn(ByteBuf row) {
        row.skipBytes(Short.BYTES);
        return row.readString(row.readInt(), StandardCharsets.UTF_8);
    }

    private record Frame(byte type, ByteBuf body) {}

    private Frame readFrame() throws IOException {
        byte type = in.readByte();
        byte[] body = in.readNBytes(in.readInt() - Integer.BYTES);
        return new Frame(type, Unpooled.wrappedBuffer(body));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
