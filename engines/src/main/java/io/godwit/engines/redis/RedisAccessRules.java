package io.godwit.engines.redis;

import java.util.List;

/** What the users of a server that Godwit runs may do, in the words of {@code ACL SETUSER}. */
public final class RedisAccessRules {
    /** Godwit itself. */
    public static final List<String> ADMINISTRATOR = List.of("~*", "&*", "+@all");

    /** Other servers that follow this one. */
    public static final List<String> REPLICATION =
            List.of("resetkeys", "resetchannels", "-@all", "+psync", "+replconf", "+ping");

    /**
     * A tenant in a server process of its own: everything that concerns its data and its own sessions, and nothing that
     * concerns the process, its files, its users or its place in replication.
     */
    public static final List<String> OWNER = List.of(
            "~*",
            "&*",
            "+@all",
            "-@admin",
            "-@dangerous",
            // Dangerous only where others share the process.
            "+keys",
            "+sort",
            "+sort_ro",
            "+info",
            "+flushall",
            "+flushdb",
            "+swapdb",
            "+restore",
            "+role",
            "+lastsave",
            "+monitor",
            "+slowlog|get",
            "+slowlog|len",
            "+client|list",
            "+client|unblock",
            "+client|no-evict",
            "+acl|whoami",
            // Neither category covers these in every version.
            "-cluster",
            "-migrate",
            "-module",
            "-sync",
            "-psync",
            "-replconf");

    private RedisAccessRules() {}
}
