/** Event loops, listening ports and TLS. */
@NullMarked
package io.godwit.proxy.network;

import org.jspecify.annotations.NullMarked;
