/** How an operation that could not be done says why. */
@NullMarked
package io.godwit.backup.failure;

import org.jspecify.annotations.NullMarked;
