package io.godwit.backup.engine.redis;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection on which the protocol (RESP2) is spoken as it is: for streams of replies and of commands that are too
 * long to be held in memory. Used by one thread; {@link #close} may be called by any.
 */
final class RedisWire implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int LONGEST_LINE = 1 << 16;
    /** A server takes no longer one by default (proto-max-bulk-len). */
    private static final int LONGEST_VALUE = 1 << 29;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    RedisWire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
        this.out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Writes a command; {@link #flush} sends it. */
    void send(byte[]... words) throws IOException {
        out.write(bytes("*" + words.length + "\r\n"));
        for (byte[] word : words) {
            out.write(bytes("$" + word.length + "\r\n"));
            out.write(word);
            out.write('\r');
            out.write('\n');
        }
    }

    void send(String... words) throws IOException {
        byte[][] encoded = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            encoded[i] = bytes(words[i]);
        }
        send(encoded);
    }

    void flush() throws IOException {
        out.flush();
    }

    /** Sends a command and reads its reply, which is a status. */
    String ask(String... words) throws IOException {
        send(words);
        flush();
        return status();
    }

    /** @throws RedisReplyException if the reply is an error */
    String status() throws IOException {
        return line('+');
    }

    long integer() throws IOException {
        return number(':');
    }

    /** @return null for a reply that says that there is nothing */
    byte @Nullable [] bulk() throws IOException {
        long length = number('$');
        if (length < 0) {
            return null;
        }
        if (length > LONGEST_VALUE) {
            throw new ProtocolException("a value has " + length + " bytes; expected at most " + LONGEST_VALUE);
        }
        byte[] value = in.readNBytes(Math.toIntExact(length));
        if (value.length < length || in.read() != '\r' || in.read() != '\n') {
            throw ended();
        }
        return value;
    }

    /** Like {@link #bulk} where there must be something. */
    byte[] word() throws IOException {
        byte[] value = bulk();
        if (value == null) {
            throw new ProtocolException("a reply says that there is nothing; expected something");
        }
        return value;
    }

    /** @return how many replies follow */
    long array() throws IOException {
        return number('*');
    }

    /** Reads what is no reply: while a server prepares a synchronisation it sends empty lines to be known as alive. */
    long lengthOfSynchronisation() throws IOException {
        in.mark(1);
        while (in.read() == '\n') {
            in.mark(1);
        }
        in.reset();
        return number('$');
    }

    /** @param longest how long the server may take for each piece of an answer from here on */
    void silence(Duration longest) throws IOException {
        socket.setSoTimeout(Math.toIntExact(longest.toMillis()));
    }

    /** What follows the replies read so far. */
    InputStream input() {
        return in;
    }

    private long number(char kind) throws IOException {
        String digits = line(kind);
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new ProtocolException("the reply '" + kind + digits + "' has no number");
        }
    }

    private String line(char kind) throws IOException {
        StringBuilder text = new StringBuilder();
        int first = in.read();
        for (int next = in.read(); next != '\r'; next = in.read()) {
            if (next < 0) {
                throw ended();
            }
            if (text.length() == LONGEST_LINE) {
                throw new ProtocolException("a line of a reply is longer than " + LONGEST_LINE + " bytes");
            }
            text.append((char) next);
        }
        if (in.read() != '\n') {
            throw ended();
        }
        if (first == '-') {
            throw new RedisReplyException(text.toString());
        }
        if (first != kind) {
            throw new ProtocolException("a reply begins with '" + (char) first + "'; expected '" + kind + "'");
        }
        return text.toString();
    }

    private static EOFException ended() {
        return new EOFException("the server ended the connection within a reply");
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is given up; there is nothing left to be said to the server.
        }
    }
}
