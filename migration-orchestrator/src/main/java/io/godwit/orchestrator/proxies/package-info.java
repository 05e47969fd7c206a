/** Which routing proxies are alive. */
@NullMarked
package io.godwit.orchestrator.proxies;

import org.jspecify.annotations.NullMarked;
