/** The program behind {@code ./godwit}: the client's commands, and those that run the local platform. */
@NullMarked
package io.godwit.launcher;

import org.jspecify.annotations.NullMarked;
