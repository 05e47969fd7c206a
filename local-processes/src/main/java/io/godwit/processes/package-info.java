/** Runs servers as local processes that need no privileges, outlive their starter and can be found again. */
@NullMarked
package io.godwit.processes;

import org.jspecify.annotations.NullMarked;
