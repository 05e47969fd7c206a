/** Tests of the package of the same name. */
@NullMarked
package io.godwit.proxy;

import org.jspecify.annotations.NullMarked;
