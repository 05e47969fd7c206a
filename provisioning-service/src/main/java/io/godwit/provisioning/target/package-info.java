/** Serves migrations: plans and prepares targets, publishes routes, retires sources. */
@NullMarked
package io.godwit.provisioning.target;

import org.jspecify.annotations.NullMarked;
