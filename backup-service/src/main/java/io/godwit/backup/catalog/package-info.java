/** The service's record of backups and restore runs. */
@NullMarked
package io.godwit.backup.catalog;

import org.jspecify.annotations.NullMarked;
