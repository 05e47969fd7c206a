/** The saga of a migration as pure decisions over one declarative table. Nothing here reads a clock, a row or a topic. */
@NullMarked
package io.godwit.orchestrator.saga;

import org.jspecify.annotations.NullMarked;
