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
import org.junit.jupiter.params.provider.ValueSource;

class RedisReplyScannerTest {
    private static final List<String> REPLIES = List.of(
            "+OK\r\n",
            "-ERR no\r\n",
            ":-42\r\n",
            "$5\r\na\r\nbc\r\n",
            "$0\r\n\r\n",
            "$-1\r\n",
            "*0\r\n",
            "*-1\r\n",
            "*3\r\n:1\r\n*2\r\n$1\r\na\r\n$-1\r\n+x\r\n",
            "%2\r\n$1\r\na\r\n%1\r\n+k\r\n~1\r\n:1\r\n$1\r\nb\r\n_\r\n",
            "_\r\n",
            "#t\r\n",
            ",3.14\r\n",
            "(12345678901234567890\r\n",
            "=7\r\ntxt:abc\r\n",
            "!5\r\nERR x\r\n",
            "|1\r\n+key\r\n*1\r\n:9\r\n*2\r\n:1\r\n|1\r\n+a\r\n+b\r\n:2\r\n",
            ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n",
            "*1\r\n*1\r\n*1\r\n*0\r\n");

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, ISO_8859_1);
    }

    private static List<String> split(List<String> parts) {
        RedisReplyScanner scanner = new RedisReplyScanner();
        List<String> found = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        for (String part : parts) {
            ByteBuf in = bytes(part);
            int index = 0;
            while (index < in.writerIndex()) {
                int next = scanner.advance(in, index, in.writerIndex());
                current.append(part, index, next);
                index = next;
                if (scanner.event() == RedisReplyScanner.Event.COMPLETE) {
                    found.add(current.toString());
                    current.setLength(0);
                }
            }
        }
        assertThat(scanner.atBoundary()).isTrue();
        return found;
    }

    @Test
    void repliesAreFoundWhereverTheStreamIsSplit() {
        String stream = String.join("", REPLIES);
        assertThat(split(List.of(stream))).isEqualTo(REPLIES);
        for (int at = 0; at <= stream.length(); at++) {
            assertThat(split(List.of(stream.substring(0, at), stream.substring(at))))
                    .as("split at " + at)
                    .isEqualTo(REPLIES);
        }
        assertThat(split(stream.chars()
                        .mapToObj(character -> String.valueOf((char) character))
                        .toList()))
                .isEqualTo(REPLIES);
    }

    @Test
    void theFirstStringsAreNotedAsSoonAsTheyAreThere() {
        String push = ">4\r\n$8\r\npmessage\r\n$2\r\nc*\r\n$1\r\nc\r\n$9\r\nbig value\r\n";
        RedisReplyScanner scanner = new RedisReplyScanner();
        scanner.note(1);
        ByteBuf in = bytes(push);
        int index = scanner.advance(in, 0, in.writerIndex());
        assertThat(scanner.event()).isEqualTo(RedisReplyScanner.Event.NOTED);
        scanner.note(3);
        index = scanner.advance(in, index, in.writerIndex());
        assertThat(scanner.event()).isEqualTo(RedisReplyScanner.Event.NOTED);
        assertThat(scanner.notes())
                .extracting(note -> note == null ? "" : RedisInterpreter.text(note))
                .containsExactly("pmessage", "c*", "c");
        scanner.advance(in, index, in.writerIndex());
        assertThat(scanner.event()).isEqualTo(RedisReplyScanner.Event.COMPLETE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?\r\n", "*x\r\n", "$\r\n", "*1\r\n@\r\n", "$99999999999999999999999\r\n"})
    void whatIsNoReplyIsRefused(String text) {
        assertThatThrownBy(() -> split(List.of(text))).isInstanceOf(RedisProtocolException.class);
    }

    @Test
    void nestingEndsSomewhere() {
        assertThatThrownBy(() -> split(List.of("*1\r\n".repeat(2000))))
                .isInstanceOf(RedisProtocolException.class)
                .hasMessageContaining("nested");
    }

    @Test
    void nonsenseIsRefusedOrReadButNeverAnythingElse() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "*$+-:>%~|_#,(!=\r\n0123456789x";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i >= 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            RedisReplyScanner scanner = new RedisReplyScanner();
            ByteBuf in = bytes(text.toString());
            try {
                int index = 0;
                while (index < in.writerIndex()) {
                    scanner.note(random.nextInt(3));
                    int next = scanner.advance(in, index, in.writerIndex());
                    assertThat(next).as("seed %d: %s", seed, text).isGreaterThanOrEqualTo(index);
                    index = next;
                }
            } catch (RedisProtocolException e) {
                assertThat(e.getMessage()).startsWith("server sent");
            }
        }
    }
}
