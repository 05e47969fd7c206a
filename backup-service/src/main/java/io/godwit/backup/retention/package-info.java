/** Removes backups whose time is over, and what interrupted uploads left in the store. */
@NullMarked
package io.godwit.backup.retention;

import org.jspecify.annotations.NullMarked;
