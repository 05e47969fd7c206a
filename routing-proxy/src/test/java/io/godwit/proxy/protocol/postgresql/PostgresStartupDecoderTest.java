package io.godwit.proxy.protocol.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PostgresStartupDecoderTest {

    @Test
    void aStartupPacketIsReadByteByByte() {
        EmbeddedChannel channel = new EmbeddedChannel(new PostgresStartupDecoder());
        ByteBuf packet = startup(3 << 16 | 2, "user\0o'brien\0_pq_.x\0on\0database\0d\0\0");
        while (packet.isReadable()) {
            assertThat(channel.<Object>readInbound()).isNull();
            channel.writeInbound(packet.readBytes(1));
        }
        assertThat(channel.<Object>readInbound())
                .isEqualTo(new PostgresStartupPacket.Startup(
                        3, 2, Map.of("user", "o'brien", "database", "d"), List.of("_pq_.x")));
    }

    @Test
    void theRequestsAreToldApart() {
        assertThat(decode(Unpooled.buffer().writeInt(8).writeInt(80877103)))
                .isEqualTo(new PostgresStartupPacket.SslRequest());
        assertThat(decode(Unpooled.buffer().writeInt(8).writeInt(80877104)))
                .isEqualTo(new PostgresStartupPacket.GssEncryptionRequest());
        assertThat(decode(Unpooled.buffer()
                        .writeInt(16)
                        .writeInt(80877102)
                        .writeInt(7)
                        .writeInt(9)))
                .isEqualTo(new PostgresStartupPacket.CancelRequest(7, 9));
    }

    @Test
    void lengthsOutsideTheServersBoundsAreRefusedBeforeAnythingIsBuffered() {
        for (int length : new int[] {-1, 0, 7, 10_001, Integer.MAX_VALUE, 0x16030100}) {
            assertThatThrownBy(() -> decode(Unpooled.buffer().writeInt(length)))
                    .as("length %d", length)
                    .isInstanceOf(DecoderException.class)
                    .hasCauseInstanceOf(PostgresProtocolException.class);
        }
    }

    @Test
    void aPacketWithoutItsTerminatorIsRefused() {
        for (String body : new String[] {"user", "user\0x", "user\0x\0", "user\0x\0\0rest"}) {
            assertThatThrownBy(() -> decode(startup(3 << 16, body)))
                    .as(body)
                    .isInstanceOf(DecoderException.class)
                    .hasCauseInstanceOf(PostgresProtocolException.class);
        }
    }

    @Test
    void noiseIsRefusedOrWaitedForButNeverAnythingElse() {
        for (long seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            if (noise.length > 3 && random.nextBoolean()) {
                noise[0] = 0;
                noise[1] = 0;
                noise[2] = 0;
            }
            EmbeddedChannel channel = new EmbeddedChannel(new PostgresStartupDecoder());
            try {
                channel.writeInbound(Unpooled.wrappedBuffer(noise));
                channel.finishAndReleaseAll();
            } catch (DecoderException e) {
                assertThat(e.getCause()).as("seed %d", seed).isInstanceOf(PostgresProtocolException.class);
            }
        }
    }

    private static Object decode(ByteBuf bytes) {
        EmbeddedChannel channel = new EmbeddedChannel(new PostgresStartupDecoder());
        channel.writeInbound(bytes);
        return channel.readInbound();
    }

    private static ByteBuf startup(int version, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return Unpooled.buffer().writeInt(8 + bytes.length).writeInt(version).writeBytes(bytes);
    }
}
