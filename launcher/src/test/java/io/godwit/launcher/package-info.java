/** Tests of the commands of the local platform. */
@NullMarked
package io.godwit.launcher;

import org.jspecify.annotations.NullMarked;
