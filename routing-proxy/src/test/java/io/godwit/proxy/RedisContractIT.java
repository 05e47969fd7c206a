package io.godwit.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.RedisServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same script, past the proxy and through it, gets the same replies, byte for byte. */
class RedisContractIT {
    private static final DatabaseId ORDERS = new DatabaseId("contract", "orders");

    /** A line is a command; commands of one block are sent at once. */
    private static final String SCRIPT = """
        FLUSHALL
        SET k v
        GET k
        GET missing
        MSET a 1 b 2
        MGET a b c
        INCR a
        INCR k
        NOSUCH command
        GET

        RPUSH l a b c
        LRANGE l 0 -1
        HSET h f 1 g 2
        HGETALL h
        SADD s x
        SMEMBERS s
        ZADD z 1 a 2.5 b
        ZRANGE z 0 -1 WITHSCORES
        GEOADD g 13.361389 38.115556 Palermo
        GEOPOS g Palermo
        XADD x 1-1 f v
        XRANGE x - +
        OBJECT ENCODING l

        MULTI
        SET t 1
        INCR t
        LRANGE l 0 -1
        EXEC
        MULTI
        NOSUCH
        EXEC
        MULTI
        INCR t
        DISCARD
        EXEC
        DISCARD
        MULTI
        MULTI
        EXEC now
        EXEC

        WATCH t
        INCR t
        MULTI
        INCR t
        EXEC
        WATCH t
        UNWATCH
        MULTI
        INCR t
        EXEC

        SELECT 5
        SET five 5
        SELECT 0
        GET five
        SELECT 99
        SELECT x
        SWAPDB 0 5
        GET five
        SWAPDB 0 5

        CLIENT SETNAME me
        CLIENT GETNAME
        CLIENT SETNAME
        CLIENT NO-EVICT on
        CLIENT TRACKINGINFO
        CLIENT REPLY OFF
        SET silent 1
        INCR silent
        CLIENT REPLY ON
        GET silent
        CLIENT REPLY SKIP
        INCR silent
        GET silent
        CLIENT REPLY WRONG

        EVAL "return {1,{2,'x'},redis.call('GET','k')}" 0
        EVAL "return redis.error_reply('MY error')" 0
        SCRIPT LOAD "return 7"
        EVALSHA cc8c2d0ac7bdeb41b7f3df1a01d2d93b9ba9ea2b 0
        FUNCTION LOAD REPLACE "#!lua name=f\\nredis.register_function('f', function() return 1 end)"
        FCALL f 0

        BLPOP l 1
        BRPOP l 0
        BLMOVE l m LEFT RIGHT 1
        BLPOP nothing 0.01
        BLPOP nothing x
        XREAD BLOCK 10 STREAMS x $
        XREAD STREAMS x 0
        BZPOPMIN z 1
        BLMPOP 1 2 nothing m LEFT
        WAIT 0 10
        MULTI
        BLPOP nothing 0
        EXEC

        SUBSCRIBE c1 c2
        PSUBSCRIBE p*
        SSUBSCRIBE shard
        UNSUBSCRIBE c1
        UNSUBSCRIBE
        UNSUBSCRIBE
        PUNSUBSCRIBE
        SUNSUBSCRIBE shard
        PING
        PUBLISH c1 x

        RESET
        GET k
        """;

    private static TestProxy proxy;
    private static PlacedDatabase placed;

    @BeforeAll
    static void start() throws Exception {
        proxy = new TestProxy(EngineId.REDIS);
        placed = RedisServer.shared("contract").createTenantDatabase(ORDERS);
        proxy.route(ORDERS, 1, placed);
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void repliesAreTheServersOwn(int protocolVersion) throws Exception {
        List<String> direct;
        List<String> through;
        try (RedisWire wire = RedisWire.owner(placed)) {
            wire.ask("HELLO", Integer.toString(protocolVersion));
            direct = replies(wire);
        }
        try (RedisWire wire = RedisWire.plain(proxy.port())) {
            wire.ask("HELLO", Integer.toString(protocolVersion), "AUTH", ORDERS.clientName(), TestProxy.PASSWORD);
            through = replies(wire);
        }
        assertThat(through).isEqualTo(direct);
        assertThat(direct).hasSizeGreaterThan(100);
    }

    private static List<String> replies(RedisWire wire) throws Exception {
        List<String> replies = new ArrayList<>();
        for (String block : SCRIPT.split("\n\n", -1)) {
            wire.raw(block.replace("\n", "\r\n") + "\r\n");
            // Its reply is the only one that is nothing but this.
            wire.send("ECHO", "end of block");
            wire.send("PING", "end of block");
            String reply = wire.reply();
            while (!reply.contains("end of block") && !reply.startsWith("-NOAUTH")) {
                replies.add(reply);
                reply = wire.reply();
            }
            replies.add(reply);
            replies.add(wire.reply());
        }
        return replies;
    }
}
