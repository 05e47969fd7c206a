/** Which proxies count as alive. */
@NullMarked
package io.godwit.orchestrator.proxies;

import org.jspecify.annotations.NullMarked;
