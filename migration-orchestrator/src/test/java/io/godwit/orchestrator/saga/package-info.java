/** The saga's decisions, tested without any process. */
@NullMarked
package io.godwit.orchestrator.saga;

import org.jspecify.annotations.NullMarked;
