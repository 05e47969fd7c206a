package io.godwit.orchestrator.web;

import io.godwit.orchestrator.migration.Bell;
import io.godwit.orchestrator.migration.MigrationHistory;
import io.godwit.orchestrator.migration.MigrationHistory.ToldEvent;
import io.godwit.orchestrator.migration.MigrationTable;
import io.godwit.orchestrator.saga.Migration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Server-sent events of one migration, from the stored events: whoever reconnects misses none. This process's own news
 * come at once, other instances' within the poll interval. One virtual thread per reader.
 */
@Component
class MigrationStream {
    private static final Logger LOG = LoggerFactory.getLogger(MigrationStream.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int QUIET_POLLS_PER_HEARTBEAT = 10;
    private static final int BATCH = 100;
    private static final long NO_TIMEOUT = 0;
    private static final MediaType JSON_TEXT = new MediaType("text", "plain", StandardCharsets.UTF_8);

    private final MigrationTable table;
    private final MigrationHistory history;
    private final Bell bell;
    private volatile boolean stopping;

    MigrationStream(MigrationTable table, MigrationHistory history, Bell bell) {
        this.table = table;
        this.history = history;
        this.bell = bell;
    }

    /** @param after the sequence of the last event the reader has */
    SseEmitter open(String migrationId, long after) {
        SseEmitter emitter = new SseEmitter(NO_TIMEOUT);
        AtomicBoolean closed = new AtomicBoolean();
        emitter.onCompletion(() -> closed.set(true));
        emitter.onError(_ -> closed.set(true));
        Thread.ofVirtual().name("events-" + migrationId).start(() -> follow(migrationId, after, emitter, closed));
        return emitter;
    }

    /** Lets the readers go before the server waits for its last requests; they resume with the next life. */
    @EventListener(ContextClosedEvent.class)
    void stop() {
        stopping = true;
    }

    private void follow(String migrationId, long after, SseEmitter emitter, AtomicBoolean closed) {
        try {
            sendAll(migrationId, after, emitter, closed);
            emitter.complete();
        } catch (IOException | IllegalStateException e) {
            // The reader has gone; it resumes with its last event id.
            closed.set(true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .setMessage("A stream of events ended early")
                    .addKeyValue("migration", migrationId)
                    .setCause(e)
                    .log();
            emitter.completeWithError(e);
        }
    }

    private void sendAll(String migrationId, long after, SseEmitter emitter, AtomicBoolean closed)
            throws IOException, InterruptedException {
        long last = after;
        int quiet = 0;
        emitter.send(SseEmitter.event().comment("migration " + migrationId));
        while (!closed.get() && !stopping) {
            long seen = bell.rings();
            // Read before the events: if it is finished here, no event comes after those read next.
            boolean finished =
                    table.find(migrationId).map(Migration::isFinished).orElse(true);
            List<ToldEvent> events = history.toldAfter(migrationId, last, BATCH);
            for (ToldEvent event : events) {
                emitter.send(SseEmitter.event()
                        .id(Long.toString(event.sequence()))
                        .name(event.type())
                        .data(event.data(), JSON_TEXT));
                last = event.sequence();
            }
            if (events.size() == BATCH) {
                continue;
            }
            if (finished) {
                return;
            }
            quiet = events.isEmpty() ? quiet + 1 : 0;
            if (quiet >= QUIET_POLLS_PER_HEARTBEAT) {
                emitter.send(SseEmitter.event().comment("still here"));
                quiet = 0;
            }
            bell.await(seen, POLL);
        }
    }
}
