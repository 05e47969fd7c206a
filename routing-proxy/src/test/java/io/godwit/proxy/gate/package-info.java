/** Tests of the package of the same name. */
@NullMarked
package io.godwit.proxy.gate;

import org.jspecify.annotations.NullMarked;
