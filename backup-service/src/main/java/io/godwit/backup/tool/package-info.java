/** Runs the engines' own dump and restore programs as child processes with bounded waits. */
@NullMarked
package io.godwit.backup.tool;

import org.jspecify.annotations.NullMarked;
