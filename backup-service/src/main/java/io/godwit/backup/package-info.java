/** Backups of tenants' databases in an S3-compatible store: taking, verifying, restoring and expiring them. */
@NullMarked
package io.godwit.backup;

import org.jspecify.annotations.NullMarked;
