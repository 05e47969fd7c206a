/** Runs long work after the commit that accepted it, once at a time and again after a restart. */
@NullMarked
package io.godwit.backup.work;

import org.jspecify.annotations.NullMarked;
