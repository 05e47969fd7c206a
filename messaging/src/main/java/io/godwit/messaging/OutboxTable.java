package io.godwit.messaging;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table {@code message_outbox} in the service's own schema. */
final class OutboxTable {
    private final JdbcClient jdbc;
    private final CloudEventRecords records;

    OutboxTable(JdbcClient jdbc, CloudEventRecords records) {
        this.jdbc = jdbc;
        this.records = records;
    }

    OutboxRow insert(OutboundRecord outbound, UUID messageId, Instant time) {
        byte[] data = CloudEventRecords.encode(outbound.data());
        if (data != null && data.length > KafkaClients.MAX_DATA_BYTES) {
            throw new MessageTooLargeException(outbound.type(), data.length, KafkaClients.MAX_DATA_BYTES);
        }
        long id = jdbc.sql("""
                        insert into message_outbox (message_id, topic, record_key, type, time, data)
                        values (?, ?, ?, ?, ?, ?) returning id""")
                .params(messageId, outbound.topic(), outbound.key(), outbound.type(), time.atOffset(ZoneOffset.UTC))
                .param(data)
                .query(Long.class)
                .single();
        return new OutboxRow(
                id, records.record(outbound.topic(), outbound.key(), messageId, outbound.type(), time, data));
    }

    /**
     * Locks rows, oldest first, until the surrounding transaction ends; rows another instance has locked are left out.
     *
     * @param minimumAge zero for every row, also one that a server wrote whose clock is ahead of the database's
     * @param except rows this instance is sending already
     */
    List<OutboxRow> lockUnsent(Duration minimumAge, Collection<Long> except, int limit) {
        return jdbc.sql("""
                        select id, message_id, topic, record_key, type, time, data from message_outbox
                        where (? or time <= clock_timestamp() - make_interval(secs => ?)) and not (id = any (?))
                        order by id limit ? for update skip locked""")
                .params(minimumAge.isZero(), minimumAge.toMillis() / 1000.0, except.toArray(Long[]::new), limit)
                .query((row, number) -> read(row))
                .list();
    }

    void delete(Collection<Long> ids) {
        jdbc.sql("delete from message_outbox where id = any (?)")
                .param(ids.toArray(Long[]::new))
                .update();
    }

    private OutboxRow read(ResultSet row) throws SQLException {
        return new OutboxRow(
                row.getLong("id"),
                records.record(
                        row.getString("topic"),
                        row.getString("record_key"),
                        row.getObject("message_id", UUID.class),
                        row.getString("type"),
                        row.getObject("time", OffsetDateTime.class).toInstant(),
                        row.getBytes("data")));
    }
}
