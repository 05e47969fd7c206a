/** Stores migrations and carries out what the saga decides: rows, history, outbox and timers. */
@NullMarked
package io.godwit.orchestrator.migration;

import org.jspecify.annotations.NullMarked;
