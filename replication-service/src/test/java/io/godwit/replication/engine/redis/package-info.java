/** Tests with real servers. */
@NullMarked
package io.godwit.replication.engine.redis;

import org.jspecify.annotations.NullMarked;
