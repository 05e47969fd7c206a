/** One gate per database: holds new exchanges, drains running ones, and opens to the committed route. */
@NullMarked
package io.godwit.proxy.gate;

import org.jspecify.annotations.NullMarked;
