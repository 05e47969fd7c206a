/** Tests of the package of the same name. */
@NullMarked
package io.godwit.proxy.route;

import org.jspecify.annotations.NullMarked;
