/** Tests of the local platform. */
@NullMarked
package io.godwit.launcher.platform;

import org.jspecify.annotations.NullMarked;
