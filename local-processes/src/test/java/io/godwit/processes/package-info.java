/** Tests of the common ground of all local processes. */
@NullMarked
package io.godwit.processes;

import org.jspecify.annotations.NullMarked;
