package io.godwit.provisioning.engine.redis;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.Tier;
import io.godwit.engines.redis.RedisKeyspace;
import io.godwit.provisioning.engine.DatabaseOptions;
import io.godwit.provisioning.engine.Provisioner;
import io.godwit.provisioning.engine.ProvisioningException;
import io.lettuce.core.FlushMode;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Provisions Redis. A database is all that one server process holds, in whichever of its logical databases: on a shared
 * server every database is a process of its own, so that each can be moved by Redis' own replication.
 */
@Component
class RedisProvisioner implements Provisioner {
    private static final Logger LOG = LoggerFactory.getLogger(RedisProvisioner.class);

    private final RedisSessions sessions;
    private final RedisUsers users;
    private final RedisProperties properties;

    RedisProvisioner(RedisSessions sessions, RedisUsers users, RedisProperties properties) {
        this.sessions = sessions;
        this.users = users;
        this.properties = properties;
    }

    @Override
    public EngineId engine() {
        return EngineId.REDIS;
    }

    @Override
    public boolean holdsManyDatabases() {
        return false;
    }

    @Override
    public String inspect(ServerAccess server) {
        return sessions.call(server, commands -> RedisInspection.inspect(server, commands));
    }

    /** A replica has one of its own. */
    @Override
    public String identity(ServerAccess server) {
        return sessions.call(server, commands -> RedisInfo.read(commands).text("run_id"));
    }

    @Override
    public boolean answers(ServerAccess server) {
        try {
            return sessions.call(server, commands -> commands.ping().equals("PONG"));
        } catch (ProvisioningException e) {
            return false;
        }
    }

    @Override
    public void setUpServer(ServerAccess server, boolean exclusive) {
        sessions.run(server, commands -> users.ensureReplication(commands, server.replication()));
    }

    @Override
    public void leaveServer(ServerAccess server) {
        sessions.run(server, commands -> users.drop(commands, server.replication()));
    }

    @Override
    public DatabaseOptions optionsOf(PlacedDatabase database) {
        return sessions.call(database.server(), RedisDatabaseOptions::read);
    }

    @Override
    public void create(DatabaseId id, PlacedDatabase database, DatabaseOptions options, Tier tier) {
        ServerAccess server = database.server();
        sessions.run(server, commands -> {
            if (!users.isOurs(commands, database.owner())) {
                requireEmpty(commands, database);
            }
            users.ensureReplication(commands, server.replication());
            users.ensureOwner(commands, database.owner());
            RedisDatabaseOptions.apply(commands, options, tier, properties);
            keepSettings(commands, server);
        });
    }

    /** Other users of a server that exists can't be told apart from the tenant's, so no fence would hold them. */
    @Override
    public void adopt(DatabaseId id, PlacedDatabase database) {
        throw ProvisioningException.refused(
                "DATABASE_NOT_ADOPTABLE",
                "Database '" + database.databaseName() + "' on server "
                        + database.server().address()
                        + " can't be adopted: its users are not Godwit's; create a database and bring its data there");
    }

    /** A database that is a process of its own goes with the process instead. */
    @Override
    public void drop(DatabaseId id, PlacedDatabase database) {
        sessions.run(database.server(), commands -> {
            // Somebody else's database may be there by now; only what our user owns is ours.
            if (!users.isOurs(commands, database.owner())) {
                return;
            }
            if (!RedisInfo.read(commands).text("role").equals("master")) {
                // It followed the database's new home, and would bring the data back.
                commands.replicaofNoOne();
            }
            commands.flushall();
            commands.functionFlush(FlushMode.SYNC);
            users.drop(commands, database.owner());
        });
    }

    @Override
    public Map<String, Long> sizes(ServerAccess server, Collection<String> databases) {
        long size = sessions.call(server, commands -> RedisInfo.read(commands).number("used_memory_dataset"));
        return databases.stream().collect(Collectors.toMap(Function.identity(), _ -> size));
    }

    private static void requireEmpty(RedisCommands<byte[], byte[]> commands, PlacedDatabase database) {
        List<Integer> used = RedisKeyspace.databases(commands);
        if (!used.isEmpty()) {
            throw ProvisioningException.conflict(
                    "SERVER_NOT_EMPTY",
                    "Server " + database.server().address() + " has keys in logical databases " + used
                            + "; expected none, since a Redis server holds one tenant's database");
        }
    }

    private static void keepSettings(RedisCommands<byte[], byte[]> commands, ServerAccess server) {
        try {
            commands.configRewrite();
        } catch (RedisCommandExecutionException e) {
            // A registered server may run without a configuration file.
            LOG.atWarn()
                    .setMessage("A server does not keep its settings over a restart")
                    .addKeyValue("server", server.serverId())
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }
}
