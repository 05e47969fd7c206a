package io.godwit.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.events.MessageJson;
import io.godwit.events.ProxyEvent.ProxyHeartbeat;
import io.godwit.events.Topics;
import io.godwit.messaging.MessagingTestApplication.Notes;
import io.godwit.testing.Eventually;
import io.godwit.testing.KafkaBroker;
import io.godwit.testing.ServicesDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

class OutboxIT {
    private static final Duration READY = Duration.ofMinutes(1);
    private static KafkaBroker broker;
    private static ConfigurableApplicationContext application;
    private static Notes notes;
    private static RecordingListener received;
    private static JdbcClient jdbc;

    @BeforeAll
    static void start() {
        broker = KafkaBroker.start();
        application = MessagingTestApplication.run(broker, ServicesDatabase.emptySchema("outbox"));
        notes = application.getBean(Notes.class);
        received = application.getBean("first", RecordingListener.class);
        jdbc = application.getBean(JdbcClient.class);
    }

    @AfterAll
    static void stop() {
        application.close();
        broker.close();
    }

    @Test
    void committedMessageIsDeliveredAndItsRowRemoved() throws InterruptedException {
        Note note = notes.noteAndSend(new ProxyHeartbeat("committed", 1));

        received.awaitFrom("committed", 1);
        assertThat(notes.exists(note)).isTrue();
        Eventually.assertThat("outbox is empty", READY, () -> assertThat(rows()).isZero());
    }

    @Test
    void rolledBackTransactionSendsNothing() throws InterruptedException {
        Note note = notes.noteAndFail(new ProxyHeartbeat("rolled-back", 1));
        notes.noteAndSend(new ProxyHeartbeat("rolled-back", 2));

        received.awaitFrom("rolled-back", 2);
        assertThat(received.receivedFrom("rolled-back")).containsExactly(2);
        assertThat(notes.exists(note)).isFalse();
    }

    @Test
    void sendingOutsideATransactionIsRefused() {
        Outbox outbox = application.getBean(Outbox.class);
        OutboundRecord message =
                OutboundRecord.message(Topics.PROXY_EVENTS, "none", new ProxyHeartbeat("no-transaction", 1));

        assertThatThrownBy(() -> outbox.send(message))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no transaction is active");
        assertThat(rows("no-transaction")).isZero();
    }

    @Test
    void messageTooLongForTheBrokerFailsItsTransaction() {
        ProxyHeartbeat endless = new ProxyHeartbeat("x".repeat(KafkaClients.MAX_DATA_BYTES), 1);

        assertThatThrownBy(() -> notes.noteAndSend(endless))
                .isInstanceOf(MessageTooLargeException.class)
                .hasMessageContaining("expected at most");
    }

    @Test
    void rowLeftBehindByADeadInstanceIsSent() throws InterruptedException {
        jdbc.sql("""
                        insert into message_outbox (message_id, topic, record_key, type, time, data) values
                        (gen_random_uuid(), ?, 'dead', 'io.godwit.proxy.proxy-heartbeat.v1', now() - interval '4 s', ?)""")
                .params(Topics.PROXY_EVENTS, MessageJson.mapper().writeValueAsBytes(new ProxyHeartbeat("dead", 7)))
                .update();

        received.awaitFrom("dead", 7);
    }

    @Test
    void rowWrittenByAClockThatIsAheadIsSentByTheNextLifeAtOnce() throws Exception {
        ServicesDatabase.Schema schema = ServicesDatabase.emptySchema("ahead");
        MessagingTestApplication.run(broker, schema).close();
        try (Connection connection = DriverManager.getConnection(schema.url(), schema.user(), schema.password());
                PreparedStatement row = connection.prepareStatement("""
                        insert into message_outbox (message_id, topic, record_key, type, time, data) values
                        (gen_random_uuid(), ?, 'ahead', 'io.godwit.proxy.proxy-heartbeat.v1', now() + interval '1 h', ?)""")) {
            row.setString(1, Topics.PROXY_EVENTS);
            row.setBytes(2, MessageJson.mapper().writeValueAsBytes(new ProxyHeartbeat("ahead", 5)));
            row.executeUpdate();
        }

        try (ConfigurableApplicationContext next = MessagingTestApplication.run(broker, schema)) {
            next.getBean("first", RecordingListener.class).awaitFrom("ahead", 5);
        }
    }

    @Test
    void whatIsCommittedWhileTheBrokerIsAwayIsSentInOrderWhenItIsBack() throws InterruptedException {
        notes.noteAndSend(new ProxyHeartbeat("outage", 0));
        received.awaitFrom("outage", 0);
        // A row goes after its message was sent, so the message can be here first.
        Eventually.await("the sent row is gone", READY, () -> rows("outage") == 0);

        broker.process().kill();
        IntStream.rangeClosed(1, 30).forEach(n -> notes.noteAndSend(new ProxyHeartbeat("outage", n)));
        assertThat(rows("outage")).isEqualTo(30);
        broker.process().start();
        broker.process().awaitReady(READY);

        received.awaitFrom("outage", 30);
        List<Integer> all = IntStream.rangeClosed(0, 30).boxed().toList();
        assertThat(received.receivedFrom("outage")).isEqualTo(all);
    }

    private static long rows(String key) {
        return jdbc.sql("select count(*) from message_outbox where record_key = ?")
                .param(key)
                .query(Long.class)
                .single();
    }

    private static long rows() {
        return jdbc.sql("select count(*) from message_outbox").query(Long.class).single();
    }
}
