/** Where databases live now: learnt from the routes topic, or from a file when the proxy runs alone. */
@NullMarked
package io.godwit.proxy.route;

import org.jspecify.annotations.NullMarked;
