package io.godwit.replication.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ClientHold;
import io.godwit.testing.RedisServer;
import io.godwit.testing.TestSecrets;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisPassageIT {
    private Basket basket;
    private PlacedDatabase source;
    private String migration;

    @BeforeEach
    void openBasket() throws Exception {
        basket = new Basket();
        source = basket.stream.source();
        migration = basket.stream.migrationId();
        basket.admin(
                source,
                commands -> commands.aclSetuser(source.owner().user(), new AclSetuserArgs().addPassword("another")));
        basket.engine().fence(migration, source, ClientHold.UNLIMITED);
    }

    @AfterEach
    void closeBasket() throws Exception {
        basket.engine().unfence(migration, source);
        basket.close();
    }

    @Test
    void whoHasComeInStaysWhenTheFenceIsLoweredAndEveryPasswordIsBack() throws Exception {
        Login passage = basket.engine().openPassage(migration, source);
        assertThatThrownBy(() -> RedisServer.openOwner(source)).isInstanceOf(RedisException.class);
        try (StatefulRedisConnection<byte[], byte[]> ahead = RedisServer.openOwner(with(passage))) {
            basket.engine().unfence(migration, source);

            assertThat(ahead.sync().ping()).isEqualTo("PONG");
            RedisServer.openOwner(source).close();
            RedisServer.openOwner(with(new Login(
                            source.owner().user(), TestSecrets.sealer().seal("another"))))
                    .close();
            assertThatThrownBy(() -> RedisServer.openOwner(with(passage))).isInstanceOf(RedisException.class);
        }
    }

    @Test
    void whoHasComeInIsOutWhenThePassageIsClosed() throws Exception {
        Login passage = basket.engine().openPassage(migration, source);
        RedisServer.openOwner(with(passage)).close();
        basket.engine().closePassage(migration, source);

        assertThat(basket.<String>admin(source, commands -> commands.clientList()))
                .doesNotContain("user=" + source.owner().user());
        assertThatThrownBy(() -> RedisServer.openOwner(with(passage))).isInstanceOf(RedisException.class);
    }

    private PlacedDatabase with(Login login) {
        return new PlacedDatabase(source.server(), source.databaseName(), login);
    }
}
