package io.godwit.replication.engine.redis;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A server's place in replication at one moment.
 *
 * @param isMaster false also while a failover that has begun to turn the roles can still be aborted
 * @param masterHost empty for a master
 * @param linkUp whether the replica has all of its master's data and follows
 * @param loading whether the server reads data into memory, from its disk or from its master
 * @param failover {@code no-failover}, {@code waiting-for-sync} or {@code failover-in-progress}
 * @param position of a master: where its stream ends; of a replica: up to where it has applied its master's
 * @param previous the stream that the server was part of before its present one, and where it left that
 * @param replicas that are attached
 */
record RedisState(
        boolean isMaster,
        String masterHost,
        int masterPort,
        boolean linkUp,
        boolean loading,
        String failover,
        RedisPosition position,
        RedisPosition previous,
        List<Replica> replicas) {
    private static final String NO_FAILOVER = "no-failover";

    /** @param info of the sections {@code replication} and, for {@code loading}, {@code persistence} */
    static RedisState of(RedisInfo info) {
        boolean master = info.text("role").equals("master");
        return new RedisState(
                master,
                info.text("master_host"),
                (int) info.number("master_port"),
                info.text("master_link_status").equals("up"),
                info.number("loading") != 0 || info.number("async_loading") != 0,
                info.text("master_failover_state"),
                new RedisPosition(
                        info.text("master_replid"), info.number(master ? "master_repl_offset" : "slave_repl_offset")),
                // The server counts from one beyond the last byte.
                new RedisPosition(info.text("master_replid2"), info.number("second_repl_offset") - 1),
                Replica.all(info));
    }

    boolean failingOver() {
        return !failover.isEmpty() && !failover.equals(NO_FAILOVER);
    }

    /** Whether the server is, or is just becoming again, a replica of the other; the link may be down. */
    boolean follows(PlacedDatabase leader) {
        ServerAddress address = leader.server().address();
        return !isMaster && !failingOver() && masterPort == address.port() && isSameHost(masterHost, address.host());
    }

    /** Whether all that comes before the position is here. */
    boolean hasReached(RedisPosition sought) {
        return (position.stream().equals(sought.stream()) && position.offset() >= sought.offset())
                || (previous.stream().equals(sought.stream()) && previous.offset() >= sought.offset());
    }

    static boolean isSameHost(String one, String other) {
        if (one.equals(other)) {
            return true;
        }
        try {
            return List.of(InetAddress.getAllByName(one)).contains(InetAddress.getByName(other));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** A replica as its master knows it. */
    record Replica(String host, int port, boolean online) {
        private static List<Replica> all(RedisInfo info) {
            List<Replica> replicas = new ArrayList<>();
            for (Map.Entry<String, String> field : info.fields().entrySet()) {
                if (field.getKey().matches("slave\\d+")) {
                    RedisInfo parts =
                            RedisInfo.parse(field.getValue().replace(',', '\n').replace('=', ':'));
                    replicas.add(new Replica(
                            parts.text("ip"),
                            (int) parts.number("port"),
                            parts.text("state").equals("online")));
                }
            }
            return replicas;
        }

        boolean is(PlacedDatabase database) {
            ServerAddress address = database.server().address();
            return port == address.port() && isSameHost(host, address.host());
        }
    }
}
