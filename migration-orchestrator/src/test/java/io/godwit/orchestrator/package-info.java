/** The orchestrator as a whole: over HTTP, a real broker and a real database, with scripted participants. */
@NullMarked
package io.godwit.orchestrator;

import org.jspecify.annotations.NullMarked;
