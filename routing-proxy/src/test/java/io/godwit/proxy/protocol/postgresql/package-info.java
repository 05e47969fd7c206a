/** Tests of the package of the same name. */
@NullMarked
package io.godwit.proxy.protocol.postgresql;

import org.jspecify.annotations.NullMarked;
