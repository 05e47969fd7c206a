/** The description of the REST surface. */
@NullMarked
package io.godwit.gateway.openapi;

import org.jspecify.annotations.NullMarked;
