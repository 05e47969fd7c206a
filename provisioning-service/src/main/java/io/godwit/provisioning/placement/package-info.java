/** Removes databases from servers, and goes on trying where something was left behind. */
@NullMarked
package io.godwit.provisioning.placement;

import org.jspecify.annotations.NullMarked;
