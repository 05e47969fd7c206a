/** What every wire protocol supplies to the proxy. */
@NullMarked
package io.godwit.proxy.protocol;

import org.jspecify.annotations.NullMarked;
