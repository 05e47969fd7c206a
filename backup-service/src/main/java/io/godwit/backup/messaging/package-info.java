/** The Kafka edge: commands in. */
@NullMarked
package io.godwit.backup.messaging;

import org.jspecify.annotations.NullMarked;
