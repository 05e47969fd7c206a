/** Tests of the package of the same name. */
@NullMarked
package io.godwit.proxy.protocol;

import org.jspecify.annotations.NullMarked;
