package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.load.DatabaseConnection;

/** The drivers that the clients use. */
enum RedisDriver {
    /** One thread, one socket. */
    JEDIS {
        @Override
        RedisLine open(DatabaseConnection database, RedisLogin login) {
            return JedisLine.open(database, login);
        }

        @Override
        MessageReceiver subscribe(DatabaseConnection database, RedisLogin login, Subscription subscription) {
            return JedisChannel.open(database, login, subscription);
        }
    },
    /** Netty: commands are written as they come, replies matched in order. */
    LETTUCE {
        @Override
        RedisLine open(DatabaseConnection database, RedisLogin login) {
            return LettuceLine.open(database, login);
        }

        @Override
        MessageReceiver subscribe(DatabaseConnection database, RedisLogin login, Subscription subscription) {
            return LettuceChannel.open(database, login, subscription);
        }
    };

    /** @throws DemoDatabaseException if the database can't be reached */
    abstract RedisLine open(DatabaseConnection database, RedisLogin login);

    /**
     * Returns when the subscription stands.
     *
     * @throws DemoDatabaseException if the database can't be reached
     */
    abstract MessageReceiver subscribe(DatabaseConnection database, RedisLogin login, Subscription subscription);
}
