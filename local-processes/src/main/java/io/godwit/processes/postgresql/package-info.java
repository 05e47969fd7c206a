/** Finds a PostgreSQL installation and runs its servers. */
@NullMarked
package io.godwit.processes.postgresql;

import org.jspecify.annotations.NullMarked;
