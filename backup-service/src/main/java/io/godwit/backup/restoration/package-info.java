/** Puts backups back: into a scratch database to verify them, or in place of a tenant's database. */
@NullMarked
package io.godwit.backup.restoration;

import org.jspecify.annotations.NullMarked;
