/** Who changed what, when, and with what result. */
@NullMarked
package io.godwit.gateway.audit;

import org.jspecify.annotations.NullMarked;
