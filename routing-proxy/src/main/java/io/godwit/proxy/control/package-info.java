/** The orchestrator's commands in, the proxy's answers and heartbeats out. */
@NullMarked
package io.godwit.proxy.control;

import org.jspecify.annotations.NullMarked;
