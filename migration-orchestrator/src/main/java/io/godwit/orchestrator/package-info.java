/** The migration orchestrator: drives every migration through its saga. */
@NullMarked
package io.godwit.orchestrator;

import org.jspecify.annotations.NullMarked;
