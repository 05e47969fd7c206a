/** Which service serves which path, and how a request gets there. */
@NullMarked
package io.godwit.gateway.forwarding;

import org.jspecify.annotations.NullMarked;
