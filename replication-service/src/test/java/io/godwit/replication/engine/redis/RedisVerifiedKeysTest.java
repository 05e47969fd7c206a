package io.godwit.replication.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.replication.engine.ReplicationException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RedisVerifiedKeysTest {
    private final RedisVerifiedKeys verified = new RedisVerifiedKeys();

    @Test
    void noMoreKeysAreLeftForThePauseThanItHasTimeFor() {
        for (int i = 0; i < 200; i++) {
            leave(100);
        }
        assertRefused(() -> leave(100));
    }

    @Test
    void noMoreBytesAreLeftForThePauseThanItHasTimeFor() {
        assertThatCode(() -> leave(32 << 20)).doesNotThrowAnyException();
        assertRefused(() -> leave(1));
    }

    @Test
    void keysThatAreLeftCount() {
        leave(1);
        verified.addPending(new RedisPendingKeys.Pending(0, new byte[] {2}), 1, false);
        verified.addRechecked(0, new byte[] {3}, "digest");
        verified.add(0, new byte[] {4}, "digest");

        assertThat(verified.result().rows()).isEqualTo(3);
        assertThat(verified.recheckedKeys()).isEqualTo(1);
        assertThat(verified.pending()).hasSize(2);
    }

    private void leave(long bytes) {
        verified.addPending(new RedisPendingKeys.Pending(0, new byte[] {1}), bytes, true);
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ReplicationException.class,
                        e -> assertThat(e.failure().code()).isEqualTo("TOO_MANY_CHANGES"));
    }
}
