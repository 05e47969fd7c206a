/**
 * Messages between services over Kafka: at least once on the wire, once in effect. A service with a database of its own
 * sends through the transactional {@link io.godwit.messaging.Outbox} and receives through an inbox; a service without
 * one sends directly and listens by broadcast.
 */
@NullMarked
package io.godwit.messaging;

import org.jspecify.annotations.NullMarked;
