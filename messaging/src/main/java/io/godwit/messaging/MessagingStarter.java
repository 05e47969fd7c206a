package io.godwit.messaging;

import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;

/**
 * Makes the topics and then starts the consumers, in the background: a service starts without its broker and begins to
 * listen when the broker is there.
 */
final class MessagingStarter implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(MessagingStarter.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final TopicCreator topics;
    private final List<? extends Lifecycle> consumers;
    private volatile boolean running;
    private Thread starter = Thread.ofVirtual().unstarted(() -> {});

    MessagingStarter(TopicCreator topics, List<? extends Lifecycle> consumers) {
        this.topics = topics;
        this.consumers = List.copyOf(consumers);
    }

    @Override
    public void start() {
        running = true;
        starter = Thread.ofVirtual().name("messaging-start").start(this::startConsumers);
    }

    private void startConsumers() {
        try {
            while (running && !createTopics()) {
                Thread.sleep(RETRY);
            }
            for (Lifecycle consumer : consumers) {
                if (running) {
                    consumer.start();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean createTopics() {
        try {
            topics.createMissing();
            return true;
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .setMessage("The message broker is not available yet")
                    .addKeyValue("reason", e.getMessage())
                    .log();
            return false;
        }
    }

    @Override
    public void stop() {
        running = false;
        starter.interrupt();
        try {
            starter.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        consumers.forEach(Lifecycle::stop);
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
