/** Runs a Kafka broker. */
@NullMarked
package io.godwit.processes.kafka;

import org.jspecify.annotations.NullMarked;
