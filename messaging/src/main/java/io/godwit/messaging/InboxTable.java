package io.godwit.messaging;

import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table {@code message_inbox} in the service's own schema. */
final class InboxTable {
    private final JdbcClient jdbc;

    InboxTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @return false if the listener has handled the message before */
    boolean enter(String listener, String messageId) {
        return jdbc.sql("insert into message_inbox (listener, message_id) values (?, ?) on conflict do nothing")
                        .params(listener, messageId)
                        .update()
                == 1;
    }

    int deleteOlderThan(Duration age) {
        return jdbc.sql("delete from message_inbox where handled_at < clock_timestamp() - make_interval(secs => ?)")
                .param(age.toSeconds())
                .update();
    }
}
