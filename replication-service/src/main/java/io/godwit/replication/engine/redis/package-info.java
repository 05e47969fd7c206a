/** Redis: replication of the whole process, with a coordinated failover as the way to turn it around. */
@NullMarked
package io.godwit.replication.engine.redis;

import org.jspecify.annotations.NullMarked;
