/** Real servers and small tools for tests. Everything is kept under the module's {@code target} and ends with the JVM. */
@NullMarked
package io.godwit.testing;

import org.jspecify.annotations.NullMarked;
