/** Backups of Redis databases as RDB files, looked into and restored with a redis-server of the service's own. */
@NullMarked
package io.godwit.backup.engine.redis;

import org.jspecify.annotations.NullMarked;
