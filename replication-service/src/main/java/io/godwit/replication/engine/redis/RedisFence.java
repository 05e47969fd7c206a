package io.godwit.replication.engine.redis;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.UndoRecords;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every client out of one server process, also over a restart. A server carries out one command after the other:
 * once a user is off and its connections are closed, nothing of it can run any more.
 */
final class RedisFence {
    private static final String RECORD = "FENCE";

    /** How the names of Godwit's own users begin, such as that of the one who only asks whether the server is there. */
    private static final String GODWIT = "godwit_";

    private final RedisSessions sessions;
    private final UndoRecords records;
    private final MoveLimits limits;

    RedisFence(RedisSessions sessions, UndoRecords records, MoveLimits limits) {
        this.sessions = sessions;
        this.records = records;
        this.limits = limits;
    }

    boolean isRaised(String migrationId, PlacedDatabase database) {
        return find(migrationId, database).isPresent();
    }

    Optional<Raised> find(String migrationId, PlacedDatabase database) {
        return records.find(migrationId, database.server().serverId(), RECORD, Raised.class);
    }

    /**
     * When this returns, no client has a connection and none can get one, and the stream carries a marker of it.
     *
     * @param successor the server that is to take over, which {@link RedisReverse#takeBack} needs to know; null keeps what
     *     was said before
     * @return a position that no client's change comes after
     */
    RedisPosition raise(
            String migrationId, PlacedDatabase database, @Nullable PlacedDatabase successor, ClientHold hold)
            throws InterruptedException {
        return sessions.with(database, session -> {
            List<String> users = record(session, migrationId, database, successor);
            long deadline = System.nanoTime() + limits.fenceTimeout().toNanos();
            hold.left();
            switchUsers(session, users, AclSetuserArgs.Builder.off());
            while (true) {
                RedisFuture<String> saved = session.pipeline().aclSave();
                long expelled = expel(session, users);
                RedisFuture<Long> marked =
                        session.pipeline().publish(RedisMarker.channel(migrationId), RedisMarker.message());
                RedisFuture<String> state = session.pipeline().info("replication");
                requireSaved(saved, database);
                RedisAwait.answer(marked);
                RedisPosition position =
                        RedisState.of(RedisInfo.parse(RedisAwait.answer(state))).position();
                if (expelled == 0) {
                    return position;
                }
                if (System.nanoTime() > deadline) {
                    throw new ReplicationException(
                            "SESSIONS_REMAIN",
                            Failure.Kind.TRANSIENT,
                            expelled + " connections of the database have not ended within " + limits.fenceTimeout()
                                    + " after they were told to");
                }
            }
        });
    }

    /** Lets in again whom {@link #raise} has kept out; does nothing if the database was not fenced. */
    void lower(String migrationId, PlacedDatabase database) throws InterruptedException {
        Optional<Raised> raised = find(migrationId, database);
        if (raised.isEmpty()) {
            return;
        }
        sessions.with(database, session -> {
            List<String> present = new ArrayList<>(raised.get().users());
            present.retainAll(session.commands().aclUsers());
            switchUsers(session, present, AclSetuserArgs.Builder.on());
            requireSaved(session.pipeline().aclSave(), database);
            return true;
        });
        records.remove(migrationId, database.server().serverId(), RECORD);
    }

    /** Who was let in before the first attempt must not be forgotten after it. */
    private List<String> record(
            RedisSession session, String migrationId, PlacedDatabase database, @Nullable PlacedDatabase successor) {
        Optional<Raised> before = find(migrationId, database);
        List<String> rules = session.commands().aclList();
        TreeSet<String> users = new TreeSet<>(clients(rules, database.server()));
        before.ifPresent(raised -> users.addAll(raised.users()));
        // Naming a user that was deleted since would make it anew.
        users.retainAll(rules.stream().map(rule -> rule.split(" ", -1)[1]).toList());
        Raised raised = new Raised(
                List.copyOf(users),
                successor == null ? before.map(Raised::successor).orElse(null) : successor);
        if (before.isEmpty() || !before.get().equals(raised)) {
            records.save(migrationId, database.server().serverId(), RECORD, raised);
        }
        return raised.users();
    }

    /** Everybody who may log in, other than Godwit. */
    static List<String> clients(List<String> rules, ServerAccess server) {
        List<String> godwit =
                List.of(server.admin().user(), server.replication().user());
        return rules.stream()
                .map(rule -> rule.split(" ", -1))
                .filter(words -> words.length > 2 && words[0].equals("user") && words[2].equals("on"))
                .map(words -> words[1])
                .filter(user -> !user.startsWith(GODWIT) && !godwit.contains(user))
                .toList();
    }

    private static void switchUsers(RedisSession session, List<String> users, AclSetuserArgs state)
            throws InterruptedException {
        List<RedisFuture<String>> switched = users.stream()
                .map(user -> session.pipeline().aclSetuser(user, state))
                .toList();
        for (RedisFuture<String> answer : switched) {
            RedisAwait.answer(answer);
        }
    }

    /** @return how many connections were still there when all had been told to end */
    private static long expel(RedisSession session, List<String> users) throws InterruptedException {
        List<RedisFuture<Long>> told = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            for (String user : users) {
                told.add(session.pipeline().clientKill(KillArgs.Builder.user(user)));
            }
        }
        long remaining = 0;
        for (int i = 0; i < told.size(); i++) {
            long found = RedisAwait.answer(told.get(i));
            remaining += i < users.size() ? 0 : found;
        }
        return remaining;
    }

    static void requireSaved(RedisFuture<String> saved, PlacedDatabase database) throws InterruptedException {
        try {
            RedisAwait.answer(saved);
        } catch (RedisCommandExecutionException e) {
            throw new ReplicationException(
                    "USERS_NOT_SAVED",
                    Failure.Kind.CONFLICT,
                    "server " + database.server().serverId() + " can't save its users, so they would be as before after"
                            + " a restart: " + e.getMessage(),
                    e);
        }
    }

    /**
     * @param users who was let in before
     * @param successor the server that was to take over; null if none was named
     */
    record Raised(List<String> users, @Nullable PlacedDatabase successor) {}
}
