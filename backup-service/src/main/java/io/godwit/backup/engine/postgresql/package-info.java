/** Backups of PostgreSQL databases with the server's own pg_dump and pg_restore. */
@NullMarked
package io.godwit.backup.engine.postgresql;

import org.jspecify.annotations.NullMarked;
