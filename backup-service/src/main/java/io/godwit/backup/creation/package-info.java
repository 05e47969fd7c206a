/** Takes backups. */
@NullMarked
package io.godwit.backup.creation;

import org.jspecify.annotations.NullMarked;
