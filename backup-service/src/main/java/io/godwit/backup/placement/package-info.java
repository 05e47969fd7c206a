/** Asks the provisioning service where a database lives. */
@NullMarked
package io.godwit.backup.placement;

import org.jspecify.annotations.NullMarked;
