package io.godwit.replication.engine.redis;

import static io.godwit.events.Finding.Severity.BLOCKER;
import static io.godwit.events.Finding.Severity.INFO;
import static io.godwit.events.Finding.Severity.WARNING;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.TransportSecurity;
import io.godwit.events.Finding;
import java.util.ArrayList;
import java.util.List;

/** What preflight asks of a server by itself: that it can be followed, can follow, and can be fenced. */
final class RedisServerChecks {
    private static final int OLDEST_VERSION = 7;

    private RedisServerChecks() {}

    static List<Finding> source(RedisSession session, PlacedDatabase source) {
        List<Finding> findings = both(session, source.server(), "source");
        for (RedisState.Replica replica : session.state().replicas()) {
            findings.add(new Finding(
                    WARNING,
                    "OTHER_REPLICA",
                    replica.host() + ":" + replica.port(),
                    "the server has a replica, which is not moved",
                    "give the target a replica of its own, and remove this one after the move"));
        }
        for (String module : modules(session)) {
            findings.add(new Finding(
                    WARNING,
                    "MODULE",
                    module,
                    "the server has loaded a module; values of its types can't be compared",
                    "delete such values, or move without them"));
        }
        for (String library : RedisFunctions.read(session).names()) {
            findings.add(new Finding(
                    INFO, "FUNCTION_LIBRARY", library, "the library of functions is carried and compared", "nothing"));
        }
        long scripts = session.info("memory").number("number_of_cached_scripts");
        if (scripts > 0) {
            findings.add(new Finding(
                    INFO,
                    "CACHED_SCRIPTS",
                    null,
                    scripts + " scripts were loaded for EVALSHA; a server forgets them whenever it is restarted",
                    "nothing where clients fall back to EVAL; libraries do"));
        }
        if (!session.setting("notify-keyspace-events").isEmpty()) {
            findings.add(new Finding(
                    INFO,
                    "KEYSPACE_EVENTS",
                    null,
                    "clients may listen for changes of keys (notify-keyspace-events is '"
                            + session.setting("notify-keyspace-events") + "')",
                    "set the same on the target"));
        }
        for (String user : RedisFence.clients(session.commands().aclList(), source.server())) {
            if (!user.equals(source.owner().user())) {
                findings.add(new Finding(
                        INFO,
                        "OTHER_USER",
                        user,
                        "the user may log in to the server; it is not carried, and is kept out while the move is under"
                                + " way",
                        "nothing; clients log in through the proxy as the database's owner"));
            }
        }
        return findings;
    }

    static List<Finding> target(RedisSession session, ServerAccess server) {
        List<Finding> findings = both(session, server, "target");
        if (session.info("persistence").number("aof_enabled") == 0) {
            findings.add(warning(
                    "NOT_DURABLE",
                    "the target server keeps no append-only file, so it may start empty after a failure",
                    "set appendonly yes"));
        }
        String load = session.setting("repl-diskless-load");
        if (!load.matches("disabled|on-empty-db|swapdb|")) {
            findings.add(warning(
                    "DISKLESS_LOAD",
                    "repl-diskless-load is " + load + " on the target server: a copy that fails leaves nothing",
                    "set it to on-empty-db"));
        }
        return findings;
    }

    private static List<Finding> both(RedisSession session, ServerAccess server, String side) {
        List<Finding> findings = new ArrayList<>();
        String version = version(session);
        if (part(version, 0) < OLDEST_VERSION) {
            findings.add(blocker(
                    "VERSION_TOO_OLD",
                    "the " + side + " server has version " + version + "; expected at least " + OLDEST_VERSION + ".0",
                    "upgrade the server"));
        }
        RedisInfo info = session.info("server");
        if (!info.text("redis_mode").equals("standalone")) {
            findings.add(blocker(
                    "CLUSTER_MODE",
                    "the " + side + " server runs in mode '" + info.text("redis_mode") + "'; expected standalone",
                    "name a server that is not part of a cluster"));
        }
        if (!session.state().isMaster()) {
            findings.add(blocker(
                    "SERVER_IS_REPLICA",
                    "the " + side + " server follows " + session.state().masterHost() + ":"
                            + session.state().masterPort() + "; expected one that accepts writes",
                    "name the master"));
        }
        if (session.setting("aclfile").isEmpty()) {
            findings.add(blocker(
                    "NO_ACL_FILE",
                    "the " + side + " server keeps its users in no file of their own, so a fence would not survive its"
                            + " restart",
                    "set aclfile and restart the server"));
        }
        if (server.security() == TransportSecurity.VERIFY_CA
                && !session.setting("tls-replication").equals("yes")) {
            findings.add(blocker(
                    "TLS_REPLICATION",
                    "the " + side + " server speaks TLS but would follow others without (tls-replication is "
                            + session.setting("tls-replication") + ")",
                    "set tls-replication yes"));
        }
        return findings;
    }

    static List<String> modules(RedisSession session) {
        // Each in a line of its own, all under one name.
        return session.commands()
                .info("modules")
                .lines()
                .filter(line -> line.startsWith("module:name="))
                .map(line -> line.replaceFirst("module:name=([^,]*).*", "$1").strip())
                .toList();
    }

    static String version(RedisSession session) {
        return session.info("server").text("redis_version");
    }

    /** @return a number of the version, 0 for the major one; 0 if there is none */
    static int part(String version, int index) {
        String[] parts = version.split("[^0-9]+", -1);
        return index < parts.length && !parts[index].isEmpty() ? Integer.parseInt(parts[index]) : 0;
    }

    private static Finding blocker(String code, String message, String remedy) {
        return new Finding(BLOCKER, code, null, message, remedy);
    }

    private static Finding warning(String code, String message, String remedy) {
        return new Finding(WARNING, code, null, message, remedy);
    }
}
