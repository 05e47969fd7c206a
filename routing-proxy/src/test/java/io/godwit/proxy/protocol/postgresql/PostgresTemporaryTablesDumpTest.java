package io.godwit.proxy.protocol.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.proxy.TestProxy;
import io.godwit.proxy.protocol.ServerReceiver;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much of the proxy's room the content of temporary tables takes, and for how long. */
class PostgresTemporaryTablesDumpTest {
    private static final int BYTES = 10;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final PostgresBackend backend = new PostgresBackend(TestProxy.NO_SERVER, channel, new Unasked());
    private final PostgresCarriedRoom room = new PostgresCarriedRoom(BYTES);
    private final List<PostgresTemporaryTables> dumped = new ArrayList<>();
    private final List<String> pinned = new ArrayList<>();
    private final PostgresTemporaryTablesDump dump = new PostgresTemporaryTablesDump(
            backend, new PostgresTemporaryTableNames(), room, new Uninterrupted(), new Recorder());

    @BeforeEach
    void askForTheContentOfATable() {
        channel.pipeline().addLast(backend);
        dump.start(false);
        row("1", "table", "t", "CREATE TEMPORARY TABLE t (a int)", "a");
        done();
        ready();
        row("formats");
        done();
        row("9");
        done();
    }

    @AfterEach
    void release() {
        channel.finishAndReleaseAll();
    }

    @Test
    void contentThatIsCarriedKeepsItsRoom() {
        copiedRow("12345\n");
        done();
        ready();
        dump.giveRoomBack();
        channel.close().syncUninterruptibly();
        assertThat(dumped).extracting(PostgresTemporaryTables::bytes).containsExactly(6L);
        assertThat(room.left()).isEqualTo(BYTES - 6);
    }

    @Test
    void aRowThatFitsBehindOneThatDidNotTakesNoRoom() {
        copiedRow("12345\n");
        copiedRow("1234567\n");
        copiedRow("12\n");
        assertThat(room.left()).isEqualTo(BYTES - 6);
        done();
        ready();
        assertThat(pinned).containsExactly("temporary tables while the proxy carries as many as it has room for");
        assertThat(room.left()).isEqualTo(BYTES);
    }

    @Test
    void contentThatNobodyWantsAnyMoreGivesItsRoomBackOnce() {
        copiedRow("12345\n");
        dump.giveRoomBack();
        dump.giveRoomBack();
        assertThat(room.left()).isEqualTo(BYTES);
    }

    private void row(String... columns) {
        answer('D', out -> {
            out.writeShort(columns.length);
            for (String column : columns) {
                byte[] bytes = column.getBytes(StandardCharsets.US_ASCII);
                out.writeInt(bytes.length).writeBytes(bytes);
            }
        });
    }

    private void copiedRow(String row) {
        answer('d', out -> out.writeBytes(row.getBytes(StandardCharsets.US_ASCII)));
    }

    private void done() {
        answer('C', out -> {});
    }

    private void ready() {
        answer('Z', out -> out.writeByte('I'));
    }

    private void answer(char type, Consumer<ByteBuf> body) {
        ByteBuf frame = Unpooled.buffer().writeByte(type).writeInt(0);
        body.accept(frame);
        frame.setInt(1, frame.readableBytes() - 1);
        channel.writeInbound(frame);
    }

    private final class Recorder implements PostgresTemporaryTablesDump.Listener {
        @Override
        public void onDumped(PostgresTemporaryTables tables) {
            dumped.add(tables);
        }

        @Override
        public void onPinned(String reason) {
            pinned.add(reason);
        }
    }

    private static final class Uninterrupted implements PostgresInquiry.Interruption {
        @Override
        public void onLost(@Nullable PostgresError error) {
            // Only when the test is over.
        }

        @Override
        public void onNotification(ByteBuf body) {
            throw new AssertionError("nobody notifies here");
        }
    }

    private static final class Unasked implements ServerReceiver {
        @Override
        public void receive(ByteBuf in) {
            throw new AssertionError("the server has not been asked yet");
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            throw new AssertionError("the connection does not end before the test does");
        }
    }
}
