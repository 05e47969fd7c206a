/** The command line client: the top command, its exit codes and how it reports errors. */
@NullMarked
package io.godwit.cli;

import org.jspecify.annotations.NullMarked;
