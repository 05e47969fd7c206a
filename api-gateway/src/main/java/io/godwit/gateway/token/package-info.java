/** Bearer tokens: who may call, and the calls that manage them. */
@NullMarked
package io.godwit.gateway.token;

import org.jspecify.annotations.NullMarked;
