package io.godwit.messaging;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaOperations;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * What happens to a record whose handler fails: a few more attempts, then the dead-letter topic and an alarm. While the
 * service's own database is away nothing is wrong with the record, so it waits.
 */
final class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final String METRIC = "godwit.messaging.dead.letters";
    private static final Duration FIRST_RETRY = Duration.ofMillis(50);
    private static final Duration LAST_RETRY = Duration.ofSeconds(2);
    private static final int RETRIES = 4;
    private static final List<Class<? extends Exception>> OUTAGES = List.of(
            CannotCreateTransactionException.class,
            TransactionSystemException.class,
            TransientDataAccessException.class,
            RecoverableDataAccessException.class,
            NonTransientDataAccessResourceException.class);

    private final DeadLetterPublishingRecoverer publisher;
    private final MeterRegistry meters;

    DeadLetters(KafkaOperations<String, byte[]> kafka, MeterRegistry meters) {
        this.meters = meters;
        this.publisher = new DeadLetterPublishingRecoverer(
                kafka,
                (received, failure) -> new TopicPartition(received.topic() + TopicCreator.DEAD_LETTER_SUFFIX, -1));
    }

    CommonErrorHandler errorHandler() {
        DefaultErrorHandler handler = new DefaultErrorHandler(this::bury, limited());
        handler.addNotRetryableExceptions(UnreadableRecordException.class);
        handler.setBackOffFunction((received, failure) -> isOutage(failure) ? unlimited() : null);
        handler.setLogLevel(KafkaException.Level.DEBUG);
        return handler;
    }

    private void bury(ConsumerRecord<?, ?> received, Exception failure) {
        publisher.accept(received, null, failure);
        meters.counter(METRIC, "topic", received.topic()).increment();
        LOG.atError()
                .setMessage("A message could not be handled and went to the dead-letter topic")
                .addKeyValue("topic", received.topic())
                .addKeyValue("partition", received.partition())
                .addKeyValue("offset", received.offset())
                .addKeyValue("key", received.key())
                .addKeyValue("type", CloudEventRecords.type(received))
                .addKeyValue("message", CloudEventRecords.id(received))
                .setCause(NestedExceptionUtils.getMostSpecificCause(failure))
                .log();
    }

    private static boolean isOutage(Exception failure) {
        return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(cause -> OUTAGES.stream().anyMatch(outage -> outage.isInstance(cause)));
    }

    private static BackOff limited() {
        ExponentialBackOff backOff = new ExponentialBackOff(FIRST_RETRY.toMillis(), 4);
        backOff.setMaxInterval(LAST_RETRY.toMillis());
        backOff.setMaxAttempts(RETRIES);
        return backOff;
    }

    private static BackOff unlimited() {
        ExponentialBackOff backOff = new ExponentialBackOff(FIRST_RETRY.toMillis(), 2);
        backOff.setMaxInterval(LAST_RETRY.toMillis());
        return backOff;
    }
}
