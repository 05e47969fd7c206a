/** A POST that is sent twice with the same key is done once and answered twice. */
@NullMarked
package io.godwit.gateway.idempotency;

import org.jspecify.annotations.NullMarked;
