package io.godwit.provisioning.engine.redis;

import io.godwit.engines.Login;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.redis.RedisAccessRules;
import io.godwit.provisioning.engine.ProvisioningException;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * The users that Godwit makes. Users can carry no comment, so an owner is known by the hash of its password: nobody's
 * user without it is changed or dropped, whatever its name is.
 */
@Component
class RedisUsers {
    private final SecretSealer sealer;

    RedisUsers(SecretSealer sealer) {
        this.sealer = sealer;
    }

    /** Makes the owner of a database, or makes it anew. */
    void ensureOwner(RedisCommands<byte[], byte[]> commands, Login owner) {
        if (exists(commands, owner) && !isOurs(commands, owner)) {
            throw ProvisioningException.conflict(
                    "ROLE_NAME_TAKEN",
                    "User " + owner.user()
                            + " exists on the server and was not made by Godwit; expected the name to be free");
        }
        set(commands, owner, RedisAccessRules.OWNER);
    }

    /** The login of this name is Godwit's on every server; another installation may have made it before. */
    void ensureReplication(RedisCommands<byte[], byte[]> commands, Login replication) {
        set(commands, replication, RedisAccessRules.REPLICATION);
    }

    /** Ends the user's sessions too. */
    void drop(RedisCommands<byte[], byte[]> commands, Login login) {
        if (isOurs(commands, login)) {
            commands.aclDeluser(login.user());
            commands.aclSave();
        }
    }

    boolean isOurs(RedisCommands<byte[], byte[]> commands, Login login) {
        String line = "user " + login.user() + " ";
        return commands.aclList().stream()
                .filter(user -> user.startsWith(line))
                .anyMatch(user -> List.of(user.split(" ", -1)).contains("#" + hashOf(login)));
    }

    private static boolean exists(RedisCommands<byte[], byte[]> commands, Login login) {
        return commands.aclUsers().contains(login.user());
    }

    /** The password goes as a hash: what administrators do may end up in the server's log. */
    private void set(RedisCommands<byte[], byte[]> commands, Login login, List<String> rules) {
        List<String> words = new ArrayList<>(List.of("SETUSER", login.user(), "reset", "on", "#" + hashOf(login)));
        words.addAll(rules);
        RedisSessions.execute(commands, CommandType.ACL, words);
        commands.aclSave();
    }

    private String hashOf(Login login) {
        try {
            byte[] password = sealer.open(login.password()).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(password));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
