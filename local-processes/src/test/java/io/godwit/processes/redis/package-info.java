/** Tests of finding and running PostgreSQL. */
@NullMarked
package io.godwit.processes.redis;

import org.jspecify.annotations.NullMarked;
