/** The door to the world: authenticates, limits, records and forwards REST calls to the service that serves them. */
@NullMarked
package io.godwit.gateway;

import org.jspecify.annotations.NullMarked;
