package io.godwit.proxy.protocol.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisCommandScannerTest {
    private static final String STREAM = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\na\r\nbc\r\n"
            + "*0\r\n*1\r\n$4\r\nping\r\n\r\nGET \"a b\"\r\n"
            + "*2\r\n$16\r\nNAMEOFSIXTEENCHR\r\n$0\r\n\r\n*1\r\n$20\r\nNAMEOFTWENTYCHARSXXX\r\n"
            + "*2\r\n$9\r\nsubscribe\r\n$3\r\nabc\r\n";

    /** The commands found, with their arguments where they were collected. */
    private static List<String> scan(List<ByteBuf> parts) {
        RedisCommandScanner scanner = new RedisCommandScanner(RedisScanLimits.IN_SESSION);
        List<String> found = new ArrayList<>();
        for (ByteBuf part : parts) {
            int index = 0;
            while (index < part.writerIndex()) {
                index = scanner.advance(part, index, part.writerIndex());
                switch (scanner.event()) {
                    case NAMED -> {
                        if (scanner.command() != RedisCommand.OTHER) {
                            scanner.collect();
                        }
                    }
                    case COMPLETE ->
                        found.add(scanner.command() + " " + scanner.argumentCount()
                                + (scanner.isCollected() ? " " + texts(scanner.arguments()) : ""));
                    case MORE, NOTHING, PEEKED -> {}
                }
            }
        }
        assertThat(scanner.atBoundary()).isTrue();
        return found;
    }

    private static List<String> texts(List<byte[]> arguments) {
        return arguments.stream().map(RedisInterpreter::text).toList();
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, ISO_8859_1);
    }

    private static final List<String> EXPECTED =
            List.of("OTHER 3", "OTHER 1", "OTHER 2 [GET, a b]", "OTHER 2", "OTHER 1", "SUBSCRIBE 2 [subscribe, abc]");

    @Test
    void commandsAreFoundWhereverTheStreamIsSplit() {
        assertThat(scan(List.of(bytes(STREAM)))).isEqualTo(EXPECTED);
        for (int at = 0; at <= STREAM.length(); at++) {
            assertThat(scan(List.of(bytes(STREAM.substring(0, at)), bytes(STREAM.substring(at)))))
                    .as("split at " + at)
                    .isEqualTo(EXPECTED);
        }
        List<ByteBuf> single = STREAM.chars()
                .mapToObj(character -> bytes(String.valueOf((char) character)))
                .toList();
        assertThat(scan(single)).isEqualTo(EXPECTED);
    }

    @ParameterizedTest
    @CsvSource({
        "'*x\r\n', invalid multibulk length",
        "'*\r\n', invalid multibulk length",
        "'*1\nx', invalid multibulk length",
        "'*9999999999\r\n', invalid multibulk length",
        "'*99999999999999999999999999\r\n', invalid multibulk length",
        "'*1\r\nPING\r\n', expected '$'",
        "'*1\r\n$-1\r\n', invalid bulk length",
        "'*1\r\n$536870913\r\n', invalid bulk length",
        "'*2\r\n$9\r\nSUBSCRIBE\r\n$2000000\r\nx', too big",
        "'GET \"a\r\n', unbalanced quotes",
        "'GET \"a\"b\r\n', unbalanced quotes"
    })
    void brokenCommandsAreRefused(String text, String error) {
        assertThatThrownBy(() -> scan(List.of(bytes(text + "\r\n"))))
                .isInstanceOf(RedisProtocolException.class)
                .hasMessageContaining(error.trim());
    }

    @Test
    void inlineLinesEndSomewhere() {
        assertThatThrownBy(() -> scan(List.of(bytes("x".repeat(65 * 1024)))))
                .isInstanceOf(RedisProtocolException.class)
                .hasMessageContaining("too big inline request");
    }

    @Test
    void inlineWordsAreReadAsRedisReadsThem() {
        assertThat(scan(List.of(bytes("a \"\\x41\\n\\\"\" 'it\\'s' \"\"\n"))))
                .isEqualTo(List.of("OTHER 4 [a, A\n\", it's, ]"));
    }

    @Test
    void nonsenseIsRefusedOrReadButNeverAnythingElse() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "*$\r\n0123456789-+ \"'\\xGETSUBCRIL\u0000\u00ff";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i >= 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            RedisCommandScanner scanner = new RedisCommandScanner(RedisScanLimits.IN_SESSION);
            ByteBuf in = bytes(text.toString());
            try {
                int index = 0;
                while (index < in.writerIndex()) {
                    int next = scanner.advance(in, index, in.writerIndex());
                    assertThat(next).as("seed %d: %s", seed, text).isGreaterThan(index);
                    index = next;
                }
            } catch (RedisProtocolException e) {
                assertThat(e.toError()).startsWith("ERR Protocol error: ");
            }
        }
    }

    @Test
    void everyCommandIsFoundByItsNameInAnyCase() {
        for (RedisCommand command : RedisCommand.values()) {
            if (command == RedisCommand.OTHER) {
                continue;
            }
            byte[] upper = command.name().getBytes(ISO_8859_1);
            byte[] lower = command.name().toLowerCase(java.util.Locale.ROOT).getBytes(ISO_8859_1);
            assertThat(RedisCommand.find(upper, upper.length)).isEqualTo(command);
            assertThat(RedisCommand.find(lower, lower.length)).isEqualTo(command);
            assertThat(RedisCommand.find(upper, upper.length - 1)).isNotEqualTo(command);
        }
        assertThat(RedisCommand.find(new byte[] {0, 'A', 'C', 'L'}, 4)).isEqualTo(RedisCommand.OTHER);
    }
}
