package io.godwit.proxy.protocol.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PostgresExchangeTest {
    private final PostgresExchange exchange = new PostgresExchange();

    @Test
    void aQueryLastsUntilTheServerIsReady() {
        send("Q");
        assertThat(exchange.idle()).isFalse();
        exchange.onReady((byte) 'I');
        assertThat(exchange.idle()).isTrue();
    }

    @Test
    void aTransactionIsOneExchange() {
        send("Q");
        exchange.onReady((byte) 'T');
        assertThat(exchange.idle()).isFalse();
        assertThat(exchange.inTransaction()).isTrue();
        send("Q");
        exchange.onReady((byte) 'E');
        assertThat(exchange.idle()).isFalse();
        send("Q");
        exchange.onReady((byte) 'I');
        assertThat(exchange.idle()).isTrue();
    }

    @Test
    void pipelinedQueriesLastUntilTheLastAnswer() {
        send("PBDESBES");
        exchange.onReady((byte) 'I');
        assertThat(exchange.idle()).isFalse();
        exchange.onReady((byte) 'I');
        assertThat(exchange.idle()).isTrue();
    }

    @Test
    void aBatchWithoutItsSyncIsNoBoundary() {
        send("PBDEH");
        assertThat(exchange.idle()).isFalse();
        assertThat(exchange.atQueryBoundary()).isFalse();
        send("S");
        assertThat(exchange.atQueryBoundary()).isTrue();
    }

    @Test
    void copyInBySimpleQueryEndsWithItsOneAnswer() {
        send("Q");
        exchange.onCopyIn();
        send("dddc");
        assertThat(exchange.idle()).isFalse();
        exchange.onReady((byte) 'I');
        assertThat(exchange.idle()).isTrue();
    }

    @Test
    void theSyncThatACopyInSwallowsIsNotAwaited() {
        send("PBDES");
        exchange.onCopyIn();
        assertThat(exchange.idle()).isFalse();
        send("ddcS");
        exchange.onReady((byte) 'I');
        assertThat(exchange.idle()).isTrue();
    }

    @Test
    void aCopyInThatFailsMidwayEndsWithTheSyncBehindIt() {
        send("PBDES");
        exchange.onCopyIn();
        send("d");
        exchange.onError();
        send("cS");
        exchange.onReady((byte) 'I');
        assertThat(exchange.idle()).isTrue();
    }

    @Test
    void copyMessagesBehindAFailedCopyBeginNothing() {
        send("Q");
        exchange.onCopyIn();
        exchange.onError();
        exchange.onReady((byte) 'I');
        assertThat(PostgresExchange.ignoredWhenIdle((byte) 'd')).isTrue();
        assertThat(PostgresExchange.ignoredWhenIdle((byte) 'Q')).isFalse();
        assertThat(exchange.idle()).isTrue();
    }

    @Test
    void manyPipelinedSyncsAreAllAwaited() {
        send("S".repeat(200));
        for (int i = 0; i < 200; i++) {
            assertThat(exchange.idle()).isFalse();
            exchange.onReady((byte) 'I');
        }
        assertThat(exchange.idle()).isTrue();
    }

    private void send(String types) {
        types.chars().forEach(type -> exchange.onFrontend((byte) type));
    }
}
