/** Hands what the other services tell to the migrations it is about. */
@NullMarked
package io.godwit.orchestrator.messaging;

import org.jspecify.annotations.NullMarked;
