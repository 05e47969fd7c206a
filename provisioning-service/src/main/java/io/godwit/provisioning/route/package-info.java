/** Writes the routes that the proxies follow. */
@NullMarked
package io.godwit.provisioning.route;

import org.jspecify.annotations.NullMarked;
