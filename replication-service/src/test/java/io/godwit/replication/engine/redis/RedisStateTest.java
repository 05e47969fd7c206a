package io.godwit.replication.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import org.junit.jupiter.api.Test;

class RedisStateTest {
    private static final String OLD = "a".repeat(40);
    private static final String NEW = "b".repeat(40);
    private static final String MASTER = """
        # Replication\r
        role:master\r
        connected_slaves:2\r
        slave0:ip=127.0.0.1,port=7702,state=online,offset=14,lag=1\r
        slave1:ip=::1,port=7703,state=wait_bgsave,offset=0,lag=0\r
        master_failover_state:no-failover\r
        master_replid:%s\r
        master_replid2:%s\r
        master_repl_offset:120\r
        second_repl_offset:101\r
        """.formatted(NEW, OLD);
    private static final String REPLICA = """
        role:slave\r
        master_host:127.0.0.1\r
        master_port:7701\r
        master_link_status:down\r
        slave_repl_offset:70\r
        master_failover_state:failover-in-progress\r
        master_replid:%s\r
        master_replid2:0000000000000000000000000000000000000000\r
        master_repl_offset:77\r
        second_repl_offset:-1\r
        """.formatted(OLD);

    @Test
    void readsWhatAMasterSays() {
        RedisState state = RedisState.of(RedisInfo.parse(MASTER));

        assertThat(state.isMaster()).isTrue();
        assertThat(state.failingOver()).isFalse();
        assertThat(state.position()).isEqualTo(new RedisPosition(NEW, 120));
        assertThat(state.previous()).isEqualTo(new RedisPosition(OLD, 100));
        assertThat(state.replicas())
                .containsExactly(
                        new RedisState.Replica("127.0.0.1", 7702, true), new RedisState.Replica("::1", 7703, false));
    }

    @Test
    void readsWhatAReplicaSays() {
        RedisState state = RedisState.of(RedisInfo.parse(REPLICA));

        assertThat(state.isMaster()).isFalse();
        assertThat(state.failingOver()).isTrue();
        assertThat(state.linkUp()).isFalse();
        assertThat(state.masterPort()).isEqualTo(7701);
        assertThat(state.position()).isEqualTo(new RedisPosition(OLD, 70));
    }

    @Test
    void hasReachedAPositionOfItsStreamOrOfTheOneBefore() {
        RedisState state = RedisState.of(RedisInfo.parse(MASTER));

        assertThat(state.hasReached(new RedisPosition(NEW, 120))).isTrue();
        assertThat(state.hasReached(new RedisPosition(NEW, 121))).isFalse();
        assertThat(state.hasReached(new RedisPosition(OLD, 100))).isTrue();
        assertThat(state.hasReached(new RedisPosition(OLD, 101))).isFalse();
        assertThat(state.hasReached(new RedisPosition("c".repeat(40), 1))).isFalse();
    }

    @Test
    void aPositionIsReadAsItIsWritten() {
        RedisPosition position = new RedisPosition(OLD, 123456789012L);

        assertThat(RedisPosition.parse(position.toString())).isEqualTo(position);
        for (String wrong : new String[] {"", "0/16B3748", OLD, OLD + ":-1", OLD + ":1x", "A".repeat(40) + ":1"}) {
            assertThatThrownBy(() -> RedisPosition.parse(wrong))
                    .isInstanceOfSatisfying(ReplicationException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo("BAD_POSITION");
                        assertThat(e.failure().kind()).isEqualTo(Failure.Kind.CALLER);
                    });
        }
    }

    @Test
    void namesAnyKey() {
        assertThat(RedisKeyNames.describe(3, new byte[] {'a', 0, (byte) 0xFF, '\\'}))
                .isEqualTo("key 'a\\x00\\xff\\x5c' in logical database 3");
        assertThat(RedisKeyNames.describe(0, new byte[1000]))
                .hasSizeLessThan(500)
                .contains("…");
    }
}
