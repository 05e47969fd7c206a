package io.godwit.replication.engine.redis;

import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SecretSealer;
import io.godwit.replication.engine.Passage;
import io.godwit.replication.engine.UndoRecords;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import java.util.List;
import java.util.Optional;

/**
 * Lets connections into a fenced server: the database's owner may log in, with a password that no route has. Whoever comes
 * with a usual one is refused as before.
 */
final class RedisPassage {
    private static final String RECORD = "PASSWORDS";
    private static final String HASHED = "#";

    private final RedisSessions sessions;
    private final RedisFence fence;
    private final SecretSealer sealer;
    private final UndoRecords records;

    RedisPassage(RedisSessions sessions, RedisFence fence, SecretSealer sealer, UndoRecords records) {
        this.sessions = sessions;
        this.fence = fence;
        this.sealer = sealer;
        this.records = records;
    }

    Login open(String migrationId, PlacedDatabase database) throws InterruptedException {
        Passage.requireFenced(fence.isRaised(migrationId, database), database);
        String user = database.owner().user();
        return sessions.with(database, session -> {
            if (find(migrationId, database).isEmpty()) {
                Passwords own = Passwords.of(session.commands().aclList(), user);
                records.save(migrationId, database.server().serverId(), RECORD, own);
            }
            Passage passage = Passage.of(records, sealer, migrationId, database);
            session.commands()
                    .aclSetuser(
                            user, AclSetuserArgs.Builder.on().resetpass().addPassword(sealer.open(passage.secret())));
            RedisFence.requireSaved(session.pipeline().aclSave(), database);
            return passage.loginTo(database);
        });
    }

    /** Does nothing if no passage was opened. */
    void close(String migrationId, PlacedDatabase database) throws InterruptedException {
        takeBack(migrationId, database, AclSetuserArgs.Builder.off(), true);
    }

    /** Gives the owner its own passwords back and leaves whoever has come in; the fence is about to be lowered. */
    void outlive(String migrationId, PlacedDatabase database) throws InterruptedException {
        takeBack(migrationId, database, new AclSetuserArgs(), false);
    }

    private void takeBack(String migrationId, PlacedDatabase database, AclSetuserArgs rule, boolean expels)
            throws InterruptedException {
        Optional<Passwords> own = find(migrationId, database);
        if (own.isEmpty()) {
            return;
        }
        String user = database.owner().user();
        sessions.with(database, session -> {
            if (session.commands().aclUsers().contains(user)) {
                rule.resetpass();
                own.get().hashes().forEach(rule::addHashedPassword);
                session.commands().aclSetuser(user, rule);
                if (expels) {
                    session.commands().clientKill(KillArgs.Builder.user(user));
                }
                RedisFence.requireSaved(session.pipeline().aclSave(), database);
            }
            return true;
        });
        Passage.forget(records, migrationId, database);
        records.remove(migrationId, database.server().serverId(), RECORD);
    }

    private Optional<Passwords> find(String migrationId, PlacedDatabase database) {
        return records.find(migrationId, database.server().serverId(), RECORD, Passwords.class);
    }

    /** @param hashes of a user's own passwords, as the server keeps them, in hexadecimal */
    record Passwords(List<String> hashes) {
        /** @param rules as {@code ACL LIST} tells them */
        static Passwords of(List<String> rules, String user) {
            return new Passwords(rules.stream()
                    .map(rule -> List.of(rule.split(" ", -1)))
                    .filter(words -> words.size() > 1 && words.get(1).equals(user))
                    .flatMap(List::stream)
                    .filter(word -> word.startsWith(HASHED))
                    .map(word -> word.substring(HASHED.length()))
                    .toList());
        }
    }
}
