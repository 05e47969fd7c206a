package io.godwit.provisioning.engine.redis;

import io.godwit.engines.ServerAccess;
import io.godwit.engines.TransportSecurity;
import io.godwit.provisioning.engine.ProvisioningException;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;

/** Finds out whether a server can be the source and the target of a move. */
final class RedisInspection {
    private static final int OLDEST_MAJOR = 7;

    /** What a move does as administrator, in words that a server can judge without doing it. */
    private static final List<List<String>> NEEDED = List.of(
            List.of("replicaof", "no", "one"),
            List.of("failover", "abort"),
            List.of("config", "set", "maxmemory", "0"),
            List.of("acl", "save"),
            List.of("client", "kill", "user", "somebody"),
            List.of("get", "somekey"),
            List.of("publish", "somechannel", "message"));

    private RedisInspection() {}

    /** @return the server's version */
    static String inspect(ServerAccess server, RedisCommands<byte[], byte[]> commands) {
        String address = server.address().toString();
        RedisInfo info = RedisInfo.read(commands);
        String version = info.text("redis_version");
        if (info.majorVersion() < OLDEST_MAJOR) {
            throw refused("SERVER_TOO_OLD", address, "runs Redis " + version + "; expected 7.0 or newer");
        }
        if (!info.text("redis_mode").equals("standalone")) {
            throw refused(
                    "SERVER_IS_CLUSTERED",
                    address,
                    "runs in mode '" + info.text("redis_mode") + "'; expected a standalone server");
        }
        if (!info.text("role").equals("master")) {
            throw refused(
                    "SERVER_IS_STANDBY",
                    address,
                    "is a replica of " + info.text("master_host") + "; expected a master");
        }
        requireRights(server, commands, address);
        if (!info.text("module").isEmpty()) {
            throw refused(
                    "SERVER_HAS_MODULES",
                    address,
                    "has a module loaded (" + info.text("module") + "); expected Redis' own types only");
        }
        if (setting(commands, "aclfile").isEmpty()) {
            throw refused(
                    "ACL_FILE_MISSING",
                    address,
                    "keeps its users in no file; expected 'aclfile' to be set, so that a fence outlives a restart");
        }
        if (server.security() == TransportSecurity.VERIFY_CA
                && !setting(commands, "tls-replication").equals("yes")) {
            throw refused(
                    "TLS_REPLICATION_OFF", address, "has tls-replication off; expected it on, as for its clients");
        }
        return version;
    }

    private static void requireRights(ServerAccess server, RedisCommands<byte[], byte[]> commands, String address) {
        String user = server.admin().user();
        for (List<String> command : NEEDED) {
            String verdict = commands.aclDryRun(
                    user, command.getFirst(), command.subList(1, command.size()).toArray(String[]::new));
            if (!verdict.equals("OK")) {
                throw refused(
                        "SERVER_RIGHTS_MISSING",
                        address,
                        "does not let user '" + user + "' run '" + String.join(" ", command)
                                + "'; expected an administrator with all rights");
            }
        }
    }

    static String setting(RedisCommands<byte[], byte[]> commands, String name) {
        return commands.configGet(name).getOrDefault(name, "");
    }

    private static ProvisioningException refused(String code, String address, String what) {
        return ProvisioningException.refused(code, "Server " + address + " " + what);
    }
}
