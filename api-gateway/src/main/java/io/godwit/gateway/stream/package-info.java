/** Streams of events: how many a token may follow, and their end with the token's. */
@NullMarked
package io.godwit.gateway.stream;

import org.jspecify.annotations.NullMarked;
