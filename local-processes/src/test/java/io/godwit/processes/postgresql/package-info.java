/** Tests of finding and running PostgreSQL. */
@NullMarked
package io.godwit.processes.postgresql;

import org.jspecify.annotations.NullMarked;
