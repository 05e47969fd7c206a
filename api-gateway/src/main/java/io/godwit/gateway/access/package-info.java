/** What a request must pass before it is served: its form, its token, its rate, its rights. */
@NullMarked
package io.godwit.gateway.access;

import org.jspecify.annotations.NullMarked;
