/** Finds a Redis installation and runs its servers. */
@NullMarked
package io.godwit.processes.redis;

import org.jspecify.annotations.NullMarked;
