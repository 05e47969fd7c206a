package io.godwit.proxy.protocol.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PostgresFrameScannerTest {
    private static final byte[] QUERY = frame('Q', "SELECT 1\0");
    private static final byte[] SYNC = frame('S', "");
    private static final byte[] READY = frame('Z', "T");
    private static final byte[] LONG = frame('d', "x".repeat(5000));
    private static final List<String> EXPECTED = List.of("Q:SELECT 1\0", "S:", "Z:T", "d:xxxxxxxxxx", "Q:SELECT 1\0");

    @Test
    void framesAreFoundWhenBytesComeOneByOne() {
        assertThat(scan(stream(), List.of(1))).isEqualTo(EXPECTED);
    }

    @Test
    void framesAreFoundWhenEverythingComesAtOnce() {
        assertThat(scan(stream(), List.of(Integer.MAX_VALUE))).isEqualTo(EXPECTED);
    }

    @Test
    void framesAreFoundWhereverTheStreamIsSplit() {
        int length = stream().length;
        for (int split = 1; split < length; split++) {
            assertThat(scan(stream(), List.of(split, Integer.MAX_VALUE)))
                    .as("split at %d", split)
                    .isEqualTo(EXPECTED);
        }
    }

    @Test
    void framesAreFoundInRandomPieces() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<Integer> pieces = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                pieces.add(1 + random.nextInt(40));
            }
            pieces.add(Integer.MAX_VALUE);
            assertThat(scan(stream(), pieces)).as("seed %d", seed).isEqualTo(EXPECTED);
        }
    }

    @Test
    void theFirstByteOfABodyIsKnownThoughNobodyAskedForTheBody() {
        PostgresFrameScanner scanner = new PostgresFrameScanner(type -> 0);
        for (byte b : READY) {
            scanner.advance(Unpooled.wrappedBuffer(new byte[] {b}), 0, 1);
        }
        assertThat(scanner.complete()).isTrue();
        assertThat(scanner.firstBodyByte()).isEqualTo((byte) 'T');
    }

    @Test
    void anImpossibleLengthIsRefused() {
        for (int length : new int[] {0, 3, -1, Integer.MIN_VALUE}) {
            ByteBuf buffer = Unpooled.buffer().writeByte('Q').writeInt(length);
            assertThatThrownBy(() -> new PostgresFrameScanner(type -> 0).advance(buffer, 0, 5))
                    .isInstanceOf(PostgresProtocolException.class);
        }
    }

    private static byte[] stream() {
        return Unpooled.wrappedBuffer(QUERY, SYNC, READY, LONG, QUERY).copy().array();
    }

    private static List<String> scan(byte[] bytes, List<Integer> pieces) {
        PostgresFrameScanner scanner = new PostgresFrameScanner(type -> 10);
        List<String> frames = new ArrayList<>();
        int from = 0;
        for (int i = 0; from < bytes.length; i++) {
            int piece = Math.min(pieces.get(Math.min(i, pieces.size() - 1)), bytes.length - from);
            ByteBuf buffer = Unpooled.copiedBuffer(bytes, from, piece);
            int index = 0;
            while (index < piece) {
                index = scanner.advance(buffer, index, piece);
                if (scanner.complete()) {
                    frames.add((char) scanner.type() + ":" + scanner.body().toString(StandardCharsets.US_ASCII));
                    assertThat(scanner.atBoundary()).isTrue();
                }
            }
            from += piece;
        }
        return frames;
    }

    private static byte[] frame(char type, String body) {
        return Unpooled.buffer()
                .writeByte(type)
                .writeInt(body.length() + 4)
                .writeBytes(body.getBytes(StandardCharsets.US_ASCII))
                .copy()
                .array();
    }
}
